from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from channelhub.core.enums.fence import FenceClass


class SearchEntry(models.Model):
    """What a record is found by. Written by the triggers of the record's own table, never by hand.

    ``text`` is folded (``rules.search``), ``grams`` are its numbers, ``code`` is the code without punctuation.
    ``owner_id``: which partner's record it is; empty: nobody's. It narrows a question; who may see the record itself
    is asked of the record.
    """

    fence = FenceClass.STAFF

    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    owner_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=200)
    text = models.TextField()
    grams = ArrayField(models.IntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="core_search_entry_once_per_record")]
        indexes = [
            GinIndex(fields=["grams"], name="core_search_by_grams"),
            models.Index(fields=["code"], opclasses=["varchar_pattern_ops"], name="core_search_by_code"),
            models.Index(fields=["owner_id"], name="core_search_by_owner"),
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}"


class SearchDue(models.Model):
    """A record of a large change whose entry waits to be written: no bulk load waits for its search entries."""

    fence = FenceClass.STAFF

    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="core_search_due_once_per_record")]

    def __str__(self):
        return f"{self.kind} {self.record_id}"

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.duplicates import DuplicateDecision
from channelhub.core.enums.fence import FenceClass


class DuplicateEntry(models.Model):
    """Where a record is looked for by its like. Written from the record's facts, never by hand.

    ``keys`` are its numbers (``rules.duplicates.keys``), salted by kind; ``shapes`` its names without legal forms.
    ``compared``: whether it has been compared with its like since its keys changed.
    """

    fence = FenceClass.STAFF

    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    shapes = ArrayField(models.TextField())
    keys = ArrayField(models.IntegerField())
    compared = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="core_duplicate_entry_once_per_record")
        ]
        indexes = [
            GinIndex(fields=["keys"], name="core_duplicates_by_keys"),
            models.Index(fields=["kind", "id"], condition=Q(compared=False), name="core_duplicates_to_compare"),
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}"


class DuplicateDue(models.Model):
    """A record that changed and whose entry waits to be written; one record may wait more than once."""

    fence = FenceClass.STAFF

    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()

    def __str__(self):
        return f"{self.kind} {self.record_id}"


class DuplicateCommon(models.Model):
    """A key that many records share, and about how many: what is asked begins with the rare ones."""

    fence = FenceClass.STAFF

    key = models.IntegerField(primary_key=True)
    records = models.IntegerField()

    def __str__(self):
        return f"{self.key}: {self.records}"


@pghistory.track()
class DuplicateUse(models.Model):
    """How strict one use of the comparison is: the points from which a pair is suspected, and held to be the same.

    ``points`` replaces what the release says of single kinds of evidence. Changed by administrators.
    """

    fence = FenceClass.STAFF

    code = models.CharField(_("code"), max_length=60, unique=True)
    suspected_from = models.DecimalField(_("suspected from"), max_digits=4, decimal_places=1)
    same_from = models.DecimalField(_("the same from"), max_digits=4, decimal_places=1)
    points = models.JSONField(_("points"), default=dict, blank=True)

    class Meta:
        verbose_name = _("use of the duplicate check")
        verbose_name_plural = _("uses of the duplicate check")
        constraints = [
            models.CheckConstraint(
                name="core_duplicate_use_suspects_before_it_knows",
                condition=Q(suspected_from__gt=0, suspected_from__lte=F("same_from"), same_from__lte=100),
                violation_error_message=_("Suspected comes before the same, both between 0 and 100."),
            ),
        ]

    def __str__(self):
        return self.code


@pghistory.track()
class SuspectedPair(models.Model):
    """Two records of a kind that may be the same, with the evidence found; decided by a person.

    ``left_id`` is the older record. A pair that was decided is not asked about again.
    """

    fence = FenceClass.STAFF

    kind = models.CharField(max_length=60)
    left_id = models.BigIntegerField()
    right_id = models.BigIntegerField()
    score = models.DecimalField(_("score"), max_digits=4, decimal_places=1)
    steps = models.JSONField(_("evidence"), default=list)
    found_at = models.DateTimeField(_("found at"))
    decision = models.CharField(_("decision"), max_length=10, choices=DuplicateDecision.choices, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey("core.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("suspected pair")
        verbose_name_plural = _("suspected pairs")
        constraints = [
            models.UniqueConstraint(fields=["kind", "left_id", "right_id"], name="core_suspected_pair_once"),
            models.CheckConstraint(name="core_suspected_pair_older_first", condition=Q(left_id__lt=F("right_id"))),
            models.CheckConstraint(
                name="core_suspected_pair_decided_with_a_time",
                condition=Q(decision="", decided_at__isnull=True)
                | (Q(decided_at__isnull=False, decision__in=DuplicateDecision.values)),
            ),
        ]
        indexes = [models.Index(fields=["kind", "decision", "-score"], name="core_suspected_pairs_open")]

    def __str__(self):
        return f"{self.kind} {self.left_id} {self.right_id}"

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.scoped import OwnRows
from channelhub.core.models.versioned import never_deleted


class OnRecords(OwnRows):
    """What hangs on records of any kind."""

    def on_record(self, record):
        """What hangs on this record, oldest first; hidden ones left out."""
        # By name, not by ContentType: a dealer reads that table neither directly nor through a cache that is cold.
        here = self.filter(record_type=record._meta.label_lower, record_id=record.pk)
        return here.filter(hidden_at__isnull=True).order_by("pk")


class Comment(models.Model):
    """What somebody wrote on a record: internal, or shared with one partner. What was written is never changed.

    ``partner_id``: with whom it is shared; empty: internal, so that the fence itself hides it from every dealer.
    ``author_name`` is what the other side sees of the person. Its author, or staff, may hide it.
    """

    fence = FenceClass.OWN

    record_type = models.CharField(_("kind of record"), max_length=80)
    record_id = models.BigIntegerField(_("record"))
    partner_id = models.BigIntegerField(_("shared with"), null=True, blank=True, db_index=True)
    author = models.ForeignKey("core.User", models.PROTECT, verbose_name=_("author"), related_name="comments")
    author_name = models.CharField(_("author's name"), max_length=120)
    body = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written at"))
    hidden_at = models.DateTimeField(_("hidden at"), null=True, blank=True)

    objects = OnRecords.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [models.CheckConstraint(name="core_comment_says_something", condition=~Q(body=""))]
        indexes = [models.Index(fields=["record_type", "record_id"], name="core_comment_of_record")]
        triggers = [never_deleted(), pgtrigger.ReadOnly(name="only_hidden", exclude=["hidden_at"])]

    def __str__(self):
        return f"{self.pk} {self.author_name}"

    @property
    def is_internal(self) -> bool:
        return self.partner_id is None


class Document(models.Model):
    """A file kept with a record, privately: found by its hash under MEDIA_ROOT, given out only to who may see it.

    ``partner_id``: whose it is, or with whom it is shared; empty: internal. Two uploads of one content share a file.
    Stored by ``services.documents``; never changed, may be hidden.
    """

    fence = FenceClass.OWN

    record_type = models.CharField(_("kind of record"), max_length=80, blank=True)
    record_id = models.BigIntegerField(_("record"), null=True, blank=True)
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True, db_index=True)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash"), max_length=64, db_index=True)
    stored_at = models.DateTimeField(_("stored at"))
    stored_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        verbose_name=_("stored by"),
        null=True,
        blank=True,
        related_name="+",
    )
    hidden_at = models.DateTimeField(_("hidden at"), null=True, blank=True)

    objects = OnRecords.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(name="core_document_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="core_document_hash_is_sha256", condition=Q(sha256__regex="^[0-9a-f]{64}$")),
        ]
        indexes = [models.Index(fields=["record_type", "record_id"], name="core_document_of_record")]
        triggers = [never_deleted(), pgtrigger.ReadOnly(name="only_hidden", exclude=["hidden_at"])]

    def __str__(self):
        return self.name

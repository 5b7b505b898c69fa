import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.exports import ExportFormat, ExportStatus
from channelhub.core.enums.fence import FenceClass


class ExportJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, made for the partner one acts for now; staff: what they made for nobody."""
        acting = getattr(user, "acting", None)
        if acting is None or not user.is_authenticated:
            return self.none()
        return self.filter(requested_by_id=user.pk, partner_id=acting.partner_id)

    def waiting(self):
        return self.filter(status=ExportStatus.WAITING)


class ExportJob(models.Model):
    """A list that somebody wants as a file: it waits as a row, a worker writes it, its maker fetches it.

    ``params`` are the kind's cleaned filters. For a dealer (``partner_id``) the worker reads behind the fence, with
    the standing of the moment it works. Written by ``services.exports``; files are thrown away when they expire.
    """

    fence = FenceClass.OWN

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("list"), max_length=60)
    params = models.JSONField(_("filters"), encoder=DjangoJSONEncoder, default=dict)
    file_format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    language = models.CharField(_("language"), max_length=10)
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True)
    requested_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        verbose_name=_("requested by"),
        related_name="export_jobs",
    )
    requested_at = models.DateTimeField(_("requested at"))
    status = models.CharField(_("status"), max_length=10, choices=ExportStatus, default=ExportStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    rows = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(name="core_export_status_known", condition=Q(status__in=ExportStatus)),
            models.CheckConstraint(name="core_export_format_known", condition=Q(file_format__in=ExportFormat)),
            models.CheckConstraint(
                name="core_export_waits_or_is_finished",
                condition=Q(status=ExportStatus.WAITING, finished_at__isnull=True)
                | (~Q(status=ExportStatus.WAITING) & Q(finished_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["requested_by", "-id"], name="core_export_of_person"),
            models.Index(
                fields=["id"],
                name="core_export_waiting",
                condition=Q(status=ExportStatus.WAITING),
            ),
        ]

    def __str__(self):
        return f"{self.pk} {self.kind}"

    @property
    def is_finished(self) -> bool:
        return self.status != ExportStatus.WAITING

    @property
    def is_ready(self) -> bool:
        return self.status == ExportStatus.DONE

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.enums.imports import Conversion, ImportStatus, RowStatus, Sign
from channelhub.core.models.feeds import Feed
from channelhub.core.models.people import User
from channelhub.core.models.scoped import OwnRows
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger


@pghistory.track(exclude=["version", "updated_at"])
class MappingProfile(Versioned):
    """How files of one kind become rows of one importer: its mappings name the columns. Edited by channel managers.

    ``feed``: the source its records come from; one profile, or several of one system, share it.
    """

    fence = FenceClass.STAFF

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    importer = models.CharField(_("what it brings in"), max_length=40)
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="mapping_profiles", verbose_name=_("feed"))

    class Meta:
        verbose_name = _("mapping profile")
        verbose_name_plural = _("mapping profiles")
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return self.name


@pghistory.track()
class LookupTable(models.Model):
    """A second file joined to the first: what one system's key means, as rows that a file fills and a person edits."""

    fence = FenceClass.STAFF

    profile = models.ForeignKey(MappingProfile, models.CASCADE, related_name="lookups", verbose_name=_("profile"))
    name = models.CharField(_("name"), max_length=60)
    key_column = models.CharField(_("column with the key"), max_length=120)
    value_column = models.CharField(_("column with the value"), max_length=120)
    file_name = models.CharField(_("file"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("lookup table")
        verbose_name_plural = _("lookup tables")
        constraints = [
            models.UniqueConstraint(fields=["profile", "name"], name="core_lookup_table_named_once_per_profile"),
        ]

    def __str__(self):
        return self.name


class LookupValue(models.Model):
    """One row of a lookup table: this key means that value. Replaced as a whole when the file is loaded again."""

    fence = FenceClass.STAFF

    lookup = models.ForeignKey(LookupTable, models.CASCADE, related_name="values", verbose_name=_("lookup table"))
    key = models.CharField(_("key"), max_length=200)
    value = models.CharField(_("value"), max_length=400)

    class Meta:
        verbose_name = _("lookup value")
        verbose_name_plural = _("lookup values")
        constraints = [
            models.UniqueConstraint(fields=["lookup", "key"], name="core_lookup_value_each_key_means_one_value"),
        ]

    def __str__(self):
        return f"{self.key}: {self.value}"


@pghistory.track()
class FieldMapping(models.Model):
    """Where one field of the importer comes from. In this order: the columns (joined), the lookups, the conversion,
    factor and sign, the prefix, then the default where nothing is left. Without columns the default is a constant.
    """

    fence = FenceClass.STAFF

    profile = models.ForeignKey(MappingProfile, models.CASCADE, related_name="mappings", verbose_name=_("profile"))
    field = models.CharField(_("field"), max_length=40)
    columns = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("columns"),
        default=list,
        blank=True,
        help_text=_("Several are joined."),
    )
    prefix = models.CharField(_("put before"), max_length=60, blank=True)
    separator = models.CharField(_("between columns"), max_length=10, blank=True)
    lookup = models.ForeignKey(
        LookupTable,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("look up in"),
    )
    then_lookup = models.ForeignKey(
        LookupTable,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("then look up in"),
    )
    conversion = models.CharField(_("conversion"), max_length=20, choices=Conversion, default=Conversion.NONE)
    factor = models.DecimalField(_("multiplied by"), max_digits=19, decimal_places=9, null=True, blank=True)
    sign = models.CharField(_("sign"), max_length=10, choices=Sign, default=Sign.KEEP)
    default = models.CharField(_("otherwise"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("mapping of a field")
        verbose_name_plural = _("mappings of fields")
        constraints = [
            models.UniqueConstraint(fields=["profile", "field"], name="core_field_mapping_each_field_once_per_profile"),
            models.CheckConstraint(
                name="core_field_mapping_conversion_known",
                condition=Q(conversion__in=Conversion, sign__in=Sign),
            ),
            models.CheckConstraint(
                name="core_field_mapping_second_lookup_follows_a_first",
                condition=Q(then_lookup__isnull=True) | Q(lookup__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.field}: {', '.join(self.columns) or self.default}"


class ImportJob(models.Model):
    """One file on its way in. The file is kept by its hash; its rows are staged in an unlogged table of the job's own.

    Changed by ``services.imports`` only. ``batch_id``: the sales batch it became, if it is that kind of file.
    """

    fence = FenceClass.OWN

    profile = models.ForeignKey(MappingProfile, models.PROTECT, related_name="jobs", verbose_name=_("profile"))
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True, db_index=True)
    requested_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    requested_at = models.DateTimeField(_("requested at"))
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash"), max_length=64, db_index=True)
    columns = ArrayField(models.CharField(max_length=120), verbose_name=_("columns"), default=list)
    status = models.CharField(_("status"), max_length=12, choices=ImportStatus, default=ImportStatus.UPLOADED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    batch_id = models.BigIntegerField(_("batch"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = OwnRows.as_manager()

    class Meta:
        verbose_name = _("import job")
        verbose_name_plural = _("import jobs")
        constraints = [
            models.CheckConstraint(name="core_import_job_status_known", condition=Q(status__in=ImportStatus)),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="core_import_job_waiting",
                condition=Q(status__in=[ImportStatus.CHECKING, ImportStatus.TAKING]),
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.pk} {self.file_name}"


class ImportRow(models.Model):
    """A row that was refused, until a person fixes or ignores it. Good rows are not kept: they are records now.

    ``raw``: the file's columns. ``fields``: what the profile made of them; a person edits these. ``errors``: a list
    of field, rule and value.
    """

    fence = FenceClass.OWN

    job = models.ForeignKey(ImportJob, models.PROTECT, related_name="rejected_rows", verbose_name=_("import job"))
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True, db_index=True)
    row_no = models.BigIntegerField(_("row"))
    raw = models.JSONField(_("columns of the file"))
    fields = models.JSONField(_("values"))
    errors = models.JSONField(_("errors"))
    status = models.CharField(_("status"), max_length=10, choices=RowStatus, default=RowStatus.OPEN)

    objects = OwnRows.as_manager()

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        constraints = [
            models.UniqueConstraint(fields=["job", "row_no"], name="core_import_row_once_per_job"),
            models.CheckConstraint(name="core_import_row_status_known", condition=Q(status__in=RowStatus)),
        ]

    def __str__(self):
        return f"{self.job_id}: {self.row_no}"

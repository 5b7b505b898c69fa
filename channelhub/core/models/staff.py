from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass


class SavedView(models.Model):
    """A list's address under a name: filters, search and order. Its owner's, or everybody's when shared."""

    fence = FenceClass.STAFF

    user = models.ForeignKey("core.User", models.CASCADE, related_name="saved_views", verbose_name=_("user"))
    list = models.CharField(_("list"), max_length=100, help_text=_("app.model"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=2000)
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list", "name"],
                name="core_saved_view_each_name_once_per_user_and_list",
                violation_error_message=_("You already have a view of this name here."),
            ),
        ]

    def __str__(self):
        return self.name


class ViewAs(models.Model):
    """A manager looked at the portal as a partner sees it: from when until when. Read-only; never edited.

    ``partner_id``: whose eyes; the database's foreign key is partners' migration.
    """

    fence = FenceClass.STAFF

    user = models.ForeignKey("core.User", models.PROTECT, related_name="views_as", verbose_name=_("user"))
    partner_id = models.BigIntegerField(_("partner"), db_index=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("viewing as dealer")
        verbose_name_plural = _("viewings as dealer")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="core_view_as_one_open_per_user",
            ),
            models.CheckConstraint(
                name="core_view_as_ends_after_it_started",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self):
        return f"{self.user_id} as {self.partner_id}"

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger

TREE_COLUMNS = ("path", "depth", "numchild")


class Area(Versioned, MP_Node):
    """A node of a reference tree. In use it is never moved: redrawing ends it and opens a successor."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track(exclude=["version", "updated_at", *TREE_COLUMNS])
class Territory(Area):
    """A place: the world's countries (ISO 3166-1), their provinces (3166-2), and what the maker adds beneath."""

    fence = FenceClass.SHARED

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints = [models.UniqueConstraint(fields=["id", "path"], name="partners_territory_key_of_its_path")]
        triggers = [version_trigger("numchild"), never_deleted()]


@pghistory.track(exclude=["version", "updated_at", *TREE_COLUMNS])
class SalesChannel(Area):
    """A way of selling: online (platforms, named shops), offline and what lies beneath."""

    fence = FenceClass.SHARED

    class Meta:
        verbose_name = _("sales channel")
        verbose_name_plural = _("sales channels")
        constraints = [models.UniqueConstraint(fields=["id", "path"], name="partners_sales_channel_key_of_its_path")]
        triggers = [version_trigger("numchild"), never_deleted()]

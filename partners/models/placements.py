import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from partners.models.partners import Partner
from partners.models.ranges import only
from partners.models.scoped import PartnerScopedQuerySet


@pghistory.track()
class Placement(models.Model):
    """Under which parent a partner stands, and when: at most one on any day. Without a row it stands under nobody.

    A future move is a row that starts in the future; nothing has to run on that day.
    """

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="placements", verbose_name=_("partner"))
    parent = models.ForeignKey(Partner, models.PROTECT, related_name="placed_children", verbose_name=_("parent"))
    valid_during = DateRangeField(_("period"), help_text=_("First day included, last day excluded."))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            ExclusionConstraint(
                name="partners_one_parent_per_partner_per_day",
                expressions=[(only("partner_id"), RangeOperators.OVERLAPS), ("valid_during", RangeOperators.OVERLAPS)],
                violation_error_message=_("This partner already has a parent in that period."),
            ),
            models.CheckConstraint(
                name="partners_placement_never_under_itself",
                condition=~Q(partner=F("parent")),
                violation_error_message=_("A partner cannot stand under itself."),
            ),
        ]
        indexes = [models.Index(fields=["parent"], name="partners_placement_children")]

    def __str__(self):
        return f"{self.partner_id} under {self.parent_id} {self.valid_during}"


class Ancestry(models.Model):
    """Derived from placements: who stands above a partner, how far, and when; every partner is its own at depth 0.

    Rebuilt for the moved subtree only, by the service that moves; never edited.
    """

    fence = FenceClass.SUBTREE

    ancestor = models.ForeignKey(Partner, models.PROTECT, related_name="descendants", verbose_name=_("ancestor"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="ancestry", verbose_name=_("partner"))
    depth = models.SmallIntegerField(_("depth"))
    valid_during = DateRangeField(_("period"))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("ancestry")
        verbose_name_plural = _("ancestry")
        indexes = [
            models.Index(fields=["ancestor", "partner"], name="partners_ancestry_below"),
            models.Index(fields=["partner", "depth"], name="partners_ancestry_above"),
        ]

    def __str__(self):
        return f"{self.partner_id} below {self.ancestor_id} by {self.depth} {self.valid_during}"


class TreeMove(models.Model):
    """A fact for the money: from this day on a partner's subtree stands elsewhere. Append-only but for its mark.

    ``taken_in``: the accounting month in which the rollup took it (settling money); empty: it waits.
    """

    fence = FenceClass.STAFF

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="moves", verbose_name=_("partner"))
    moves_on = models.DateField(_("first day"))
    until = models.DateField(_("day after the last"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    taken_in = models.DateField(_("known in"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        indexes = [
            models.Index(fields=["id"], name="partners_tree_move_waiting", condition=Q(taken_in__isnull=True)),
        ]

    def __str__(self):
        return f"{self.partner_id} from {self.moves_on}"

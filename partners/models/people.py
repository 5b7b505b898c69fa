import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models import Role, User
from partners.models.partners import Partner
from partners.models.ranges import only
from partners.models.scoped import OwnScopedQuerySet
from partners.models.territories import Territory


@pghistory.track()
class Membership(models.Model):
    """A person acts for a partner, as what and when. Name and e-mail are what colleagues see of the person."""

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="memberships", verbose_name=_("partner"))
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("user"))
    role = models.ForeignKey(
        Role,
        models.PROTECT,
        related_name="+",
        verbose_name=_("role"),
        limit_choices_to={"kind": Role.Kind.DEALER},
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    valid_during = DateRangeField(_("period"))

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            ExclusionConstraint(
                name="partners_one_membership_per_user_partner_and_day",
                expressions=[
                    (only("partner_id"), RangeOperators.OVERLAPS),
                    (only("user_id"), RangeOperators.OVERLAPS),
                    ("valid_during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already acts for this partner in that period."),
            ),
        ]

    def __str__(self):
        return f"{self.name} for {self.partner_id}"


@pghistory.track()
class StaffScope(models.Model):
    """A staff member is limited to a territory and all beneath; without any row, not limited."""

    fence = FenceClass.STAFF

    user = models.ForeignKey(User, models.PROTECT, related_name="scopes", verbose_name=_("user"))
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+", verbose_name=_("territory"))

    class Meta:
        verbose_name = _("managed territory")
        verbose_name_plural = _("managed territories")
        constraints = [
            models.UniqueConstraint(fields=["user", "territory"], name="partners_staff_scope_each_territory_once"),
        ]

    def __str__(self):
        return f"{self.user_id} in {self.territory_id}"

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.ranges import only


class DelegationQuerySet(models.QuerySet):
    def in_force(self, on):
        """Those of a day; whoever has left is stood in for by nobody."""
        return self.filter(valid_during__contains=on, user__is_active=True, user__is_staff=True)

    def concerning(self, user):
        """Those a person gave or was given."""
        return self.filter(Q(user_id=user.pk) | Q(delegate_id=user.pk))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Delegation(models.Model):
    """During an absence another person decides in one's place: for one role, or for all one has.

    Ended with a day; one that has not begun is called off. Who, when and why stay in the audit trail.

    It is not passed on: who decides in somebody's place cannot hand that over.
    """

    fence = FenceClass.STAFF

    user = models.ForeignKey("core.User", models.PROTECT, related_name="delegations", verbose_name=_("absent"))
    delegate = models.ForeignKey("core.User", models.PROTECT, related_name="+", verbose_name=_("decides instead"))
    role = models.SlugField(_("role"), max_length=40, blank=True)
    valid_during = DateRangeField(_("period"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(name="core_delegation_is_to_another", condition=~Q(user=F("delegate"))),
            ExclusionConstraint(
                name="core_one_delegate_per_person_and_day",
                expressions=[(only("user_id"), RangeOperators.OVERLAPS), ("valid_during", RangeOperators.OVERLAPS)],
                violation_error_message=_("Somebody else decides in this person's place on these days already."),
            ),
        ]

    def __str__(self):
        return f"{self.user} → {self.delegate}"

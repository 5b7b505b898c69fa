import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted


@pghistory.track()
class AccountingMonth(models.Model):
    """A month of the books, open or closed for the whole system by a person. A closed one is never rewritten.

    A month without a row is open; a row is made when something is first booked in it or when it is closed.
    """

    fence = FenceClass.SHARED

    month = models.DateField(_("month"), primary_key=True, help_text=_("Its first day."))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("accounting month")
        verbose_name_plural = _("accounting months")
        constraints = [
            models.CheckConstraint(
                name="core_accounting_month_is_a_first_day",
                condition=Q(month=TruncMonth("month")),
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.month:%Y-%m}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

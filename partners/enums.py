from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.messages import declare


class LifeCycle(models.TextChoices):
    ANNOUNCED = "announced", _("Announced")
    ACTIVE = "active", _("Active")
    END_OF_SALE = "end_of_sale", _("End of sale")
    END_OF_SERVICE = "ended", _("End of service")


class MasterRule(models.TextChoices):
    """Why a row with a partner, product, territory or line was refused, beside the rules that every import has."""

    NEVER_MOVED = "never_moved", _("A territory or line in use is never moved: end it and open a successor.")
    PLANNED_AS_A_MOVE = "planned_as_a_move", _("Another parent or home territory is planned with its first day.")


class DepositKind(models.TextChoices):
    """What happened to a deposit. The amount is positive; which sum it changes follows from the kind."""

    DUE = "due", _("Due")
    WAIVED = "waived", _("No longer due")
    PAID = "paid", _("Paid")
    TOPPED_UP = "topped_up", _("Topped up")
    FROZEN = "frozen", _("Frozen")
    RELEASED = "released", _("Released")
    DEDUCTED = "deducted", _("Deducted")
    RETURNED = "returned", _("Returned")


DEPOSIT_SHORT = declare(
    "partners.deposit_short",
    _("The deposit of {partner} is {missing} {currency} short: it is to be topped up by {day}."),
    partner=dict,
    missing=Decimal,
    currency=str,
    day=date,
)
DEPOSIT_ASKED = declare(
    "partners.deposit_asked",
    _("A deposit of {amount} {currency} is due by {day}."),
    amount=Decimal,
    currency=str,
    day=date,
)
DEPOSIT_MISSING = declare(
    "partners.deposit_missing",
    _("Your deposit is {missing} {currency} short: please top it up by {day}."),
    missing=Decimal,
    currency=str,
    day=date,
)

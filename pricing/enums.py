from django.db import models
from django.utils.translation import gettext_lazy as _


class SalesKind(models.IntegerChoices):
    """Between whom a sale was; whose figure it is: the buyer's for sell-in, else the seller's."""

    SELL_IN = 1, _("Sell-in")
    SELL_THROUGH = 2, _("Sell-through")
    SELL_OUT = 3, _("Sell-out")


class ProgrammeStatus(models.TextChoices):
    """A draft is simulated but not accrued; an ended programme still corrects the periods it ruled."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")


class RebateMethod(models.TextChoices):
    """Retrospective: the band reached rules everything. Incremental: each slice earns its own band's rate."""

    RETROSPECTIVE = "retrospective", _("Retrospective")
    INCREMENTAL = "incremental", _("Incremental")


class Qualifier(models.TextChoices):
    """Which figure chooses the band."""

    AMOUNT = "amount", _("Amount")
    QUANTITY = "quantity", _("Quantity")


class Pays(models.TextChoices):
    """What a band's rate is applied to."""

    PERCENT = "percent", _("Percent of the amount")
    PER_UNIT = "per_unit", _("Money per unit")


class PeriodKind(models.TextChoices):
    """How long an earned period is."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class ProgrammeScope(models.TextChoices):
    """Whose lines count for an earner: its own, or those of all under it on the line's day as well."""

    OWN = "own", _("Own")
    SUBTREE = "subtree", _("Subtree")


class RoundingMode(models.TextChoices):
    """The rounding policies of ``lib.money``."""

    HALF_UP = "half_up", _("Half up")
    HALF_EVEN = "half_even", _("Half even")
    DOWN = "down", _("Down")
    UP = "up", _("Up")


class Cause(models.IntegerChoices):
    """Why an account's amount changed, in the order of the split (``rules.settling.CAUSES``)."""

    VERSION = 1, _("New terms")
    RATES = 2, _("Exchange rates")
    MOVES = 3, _("Moves in the channel")
    SALES = 4, _("Sales")
    LATE = 5, _("Late lines")
    RETURNS = 6, _("Returns")
    MANUAL = 7, _("Manual amounts")

from django.db import models
from django.utils.translation import gettext_lazy as _


class SalesKind(models.IntegerChoices):
    """Between whom a sale was; whose figure it is: the buyer's for sell-in, else the seller's."""

    SELL_IN = 1, _("Sell-in")
    SELL_THROUGH = 2, _("Sell-through")
    SELL_OUT = 3, _("Sell-out")

from django.db import models
from django.utils.translation import gettext_lazy as _


class LifeCycle(models.TextChoices):
    ANNOUNCED = "announced", _("Announced")
    ACTIVE = "active", _("Active")
    END_OF_SALE = "end_of_sale", _("End of sale")
    END_OF_SERVICE = "ended", _("End of service")


class MasterRule(models.TextChoices):
    """Why a row with a partner, product, territory or line was refused, beside the rules that every import has."""

    NEVER_MOVED = "never_moved", _("A territory or line in use is never moved: end it and open a successor.")
    PLANNED_AS_A_MOVE = "planned_as_a_move", _("Another parent or home territory is planned with its first day.")

from django.db import models
from django.utils.translation import gettext_lazy as _


class LifeCycle(models.TextChoices):
    ANNOUNCED = "announced", _("Announced")
    ACTIVE = "active", _("Active")
    END_OF_SALE = "end_of_sale", _("End of sale")
    END_OF_SERVICE = "ended", _("End of service")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Goods")

    def ready(self):
        from channelhub.core.services import exports
        from inventory.forms.exports import STOCK_LEVELS

        exports.register(STOCK_LEVELS)

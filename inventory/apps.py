from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Goods")

    def ready(self):
        from channelhub.core.models import ExternalCode
        from channelhub.core.services import exports, search_sources
        from inventory.forms.exports import STOCK_LEVELS
        from inventory.selectors import partner_links
        from inventory.services import search
        from partners import hooks
        from partners.services import code_import

        code_import.add_kind(ExternalCode.Kind.LOCATION, table="inventory_location", column="code")
        hooks.partner_links.add(partner_links.links_of)
        exports.register(STOCK_LEVELS)
        search_sources.register(*search.SOURCES)

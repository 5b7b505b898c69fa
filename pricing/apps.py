from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    name = "pricing"
    verbose_name = _("Money")

    def ready(self):
        from channelhub.core.services import exports, search_sources
        from channelhub.core.services.workflow import registry
        from partners import hooks
        from pricing.forms.exports import SALES_LINES, STATEMENT_LINES
        from pricing.forms.new_prices import NEW_PRICES
        from pricing.selectors import partner_links, partner_sales
        from pricing.services import programme_approval, revision_approval, search

        hooks.sales_of_a_year.add(partner_sales.sales_of_a_year)
        hooks.purchases_of.fill(partner_sales.purchases_of)
        hooks.partner_links.add(partner_links.links_of)
        registry.register(programme_approval.PROCESS, programme_approval.ACTIVATE)
        registry.deliver(programme_approval.DELIVERED)
        registry.register(revision_approval.PROCESS, revision_approval.APPROVE)
        registry.deliver(revision_approval.DELIVERED)
        exports.register(SALES_LINES)
        exports.register(STATEMENT_LINES)
        exports.register(NEW_PRICES)
        search_sources.register(*search.SOURCES)

from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "pricing"

    def ready(self):
        from channelhub.core.services import exports
        from pricing.forms.exports import SALES_LINES, STATEMENT_LINES

        exports.register(SALES_LINES)
        exports.register(STATEMENT_LINES)

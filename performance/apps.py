from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    name = "performance"
    verbose_name = _("Judgement")

    def ready(self):
        from channelhub.core.services import exports
        from channelhub.core.services.night import steps
        from partners import hooks
        from performance.forms.catalogue import PRICE_SHEET
        from performance.hooks import next_steps
        from performance.selectors import next_steps as own_steps
        from performance.selectors import partner_links
        from performance.services import night

        hooks.partner_links.add(partner_links.links_of)
        steps.use(night.STEPS)
        exports.register(PRICE_SHEET)
        next_steps.add(own_steps.of_dealer)

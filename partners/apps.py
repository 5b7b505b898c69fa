from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self):
        from channelhub.core import hooks
        from channelhub.core.services import exports, search_sources
        from channelhub.core.services.workflow import registry
        from partners import hooks as own_hooks
        from partners.forms.certification import CERTIFICATES
        from partners.forms.contracts import CONTRACTS
        from partners.forms.deposits import DEPOSIT_ENTRIES
        from partners.selectors import partner_links, standing
        from partners.services import duplicates, search
        from partners.services.onboarding import plugs, process, tracks

        own_hooks.partner_links.add(partner_links.links_of)
        hooks.memberships_of.fill(standing.memberships_of)
        hooks.people_of.fill(standing.people_of)
        hooks.subtree_of.fill(standing.subtree_of)
        hooks.partner_name.fill(standing.partner_name)
        hooks.territories_of.fill(standing.territories_of)
        hooks.partners_within.fill(standing.partners_within)
        exports.register(CERTIFICATES)
        exports.register(CONTRACTS)
        exports.register(DEPOSIT_ENTRIES)
        search_sources.register(*search.SOURCES)
        registry.register(process.PROCESS, *process.ACTIONS, *plugs.SERVICES)
        for definition in tracks.DEFINITIONS:
            registry.deliver(definition)
        duplicates.register()

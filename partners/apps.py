from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self):
        from channelhub.core import hooks
        from channelhub.core.services import search_sources
        from partners.selectors import standing
        from partners.services import search

        hooks.memberships_of.fill(standing.memberships_of)
        hooks.people_of.fill(standing.people_of)
        hooks.subtree_of.fill(standing.subtree_of)
        hooks.partner_name.fill(standing.partner_name)
        hooks.territories_of.fill(standing.territories_of)
        hooks.partners_within.fill(standing.partners_within)
        search_sources.register(*search.SOURCES)

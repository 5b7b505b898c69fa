from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self):
        from channelhub.core import hooks
        from partners.selectors import standing

        hooks.memberships_of.fill(standing.memberships_of)
        hooks.subtree_of.fill(standing.subtree_of)
        hooks.partner_name.fill(standing.partner_name)
        hooks.territories_of.fill(standing.territories_of)
        hooks.partners_within.fill(standing.partners_within)

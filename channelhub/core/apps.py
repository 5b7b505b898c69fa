from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from channelhub.core.services.production import require_production


class CoreConfig(AppConfig):
    default = True
    name = "channelhub.core"
    label = "core"
    verbose_name = _("Administration")

    def ready(self):
        from channelhub.core.services import search_sources

        require_production()
        # Every app declares messages and events, and registers handlers and importers, in modules of these names.
        autodiscover_modules("enums", "events", "handlers", "importers")
        from channelhub.core.services.workflow import registry

        registry.register(registry.Process("core.request", _("Request by hand"), by_hand=True))
        search_sources.register(
            search_sources.Source(model="core.User", code="n.email", words=("n.name",), icon="person")
        )


class ChannelAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "channelhub.core.views.site.ChannelSite"

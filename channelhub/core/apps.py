from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    default = True
    name = "channelhub.core"
    label = "core"

    def ready(self):
        # Every app declares its events in events.py and registers its handlers in handlers.py.
        autodiscover_modules("events", "handlers")


class ChannelAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "channelhub.core.views.site.ChannelSite"

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "channelhub.core"
    label = "core"

    def ready(self):
        # Every app declares its events in events.py and registers its handlers in handlers.py.
        autodiscover_modules("events", "handlers")

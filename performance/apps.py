from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "performance"

    def ready(self):
        from channelhub.core.services.night import steps
        from performance.services import night

        steps.use(night.STEPS)

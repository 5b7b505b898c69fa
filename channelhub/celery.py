import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "channelhub.settings")

app = Celery("channelhub")
app.set_default()  # also in threads: current_app is one per thread otherwise
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

from channelhub.celery import app as celery_app  # whoever sends a task sends it to our broker

__all__ = ["celery_app"]

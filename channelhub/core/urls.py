from django.urls import path

from channelhub.core.views import documents, health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_page, name="metrics"),
    path("documents/<int:pk>/", documents.download, name="document"),
]

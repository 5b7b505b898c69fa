from django.urls import path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.permissions import AllowAny

from channelhub.core.api import problems

OPEN = {"permission_classes": [AllowAny], "throttle_classes": []}

RENDERERS = {"renderer_classes": [OpenApiJsonRenderer2, OpenApiYamlRenderer2]}

documents = [
    path("schema/", SpectacularAPIView.as_view(**OPEN, **RENDERERS), name="api_schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api_schema", **OPEN), name="api_docs"),
]
not_found = re_path("^api/", problems.api_not_found)

"""Wiring of the faces; each app's urls name their own."""

from django.contrib import admin
from django.urls import include, path
from django.views import defaults

from channelhub.core.api import urls as api
from channelhub.core.api.problems import page_or_problem
from partners.api import urls as partners_api
from pricing.api import urls as pricing_api

handler400 = page_or_problem(400, defaults.bad_request)
handler403 = page_or_problem(403, defaults.permission_denied)
handler404 = page_or_problem(404, defaults.page_not_found)
handler500 = page_or_problem(500, defaults.server_error)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("partners.urls")),
    path("account/", include("allauth.urls")),
    path("", include("channelhub.core.urls")),
    partners_api.token,
    path("api/v1/", include(api.documents)),
    path("api/v1/partners/", include(partners_api.router.urls)),
    path("api/v1/pricing/", include(pricing_api.router.urls)),
    api.not_found,
]

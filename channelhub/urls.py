"""Wiring of the faces; each app's urls name their own."""

from django.contrib import admin
from django.urls import include, path

from channelhub.core.api import cases as cases_api
from channelhub.core.api import urls as api
from channelhub.core.api.problems import page_or_problem
from channelhub.core.views import errors
from inventory.api import urls as inventory_api
from partners.api import urls as partners_api
from performance.api import urls as performance_api
from pricing.api import urls as pricing_api

handler400 = page_or_problem(400, errors.bad_request)
handler403 = page_or_problem(403, errors.forbidden)
handler404 = page_or_problem(404, errors.not_found)
handler500 = page_or_problem(500, errors.failed)

urlpatterns = [
    path("", include("channelhub.core.urls")),
    path("", include("partners.urls")),
    path("", include("pricing.urls")),
    path("", include("inventory.urls")),
    path("", include("performance.urls")),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    partners_api.token,
    path("api/v1/", include(api.documents)),
    path("api/v1/workflow/", include(cases_api.router.urls)),
    path("api/v1/partners/", include(partners_api.router.urls)),
    path("api/v1/performance/", include(performance_api.router.urls)),
    path("api/v1/pricing/", include(pricing_api.router.urls)),
    path("api/v1/inventory/", include(inventory_api.router.urls)),
    api.not_found,
]

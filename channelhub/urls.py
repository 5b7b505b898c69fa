"""Wiring of the faces; each app's urls name their own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("partners.urls")),
    path("account/", include("allauth.urls")),
]

from django.urls import path

from performance.views import portal_home

urlpatterns = [
    path("portal/", portal_home.home, name="portal_home"),
]

from django.urls import path

from partners.views import profile, viewing

urlpatterns = [
    path("account/view-as/", viewing.viewing_page, name="view_as"),
    path("account/view-as/stop/", viewing.stop, name="view_as_stop"),
    path("account/view-as/<int:partner_id>/", viewing.start, name="view_as_partner"),
    path("portal/account/", profile.profile, name="portal_profile"),
]

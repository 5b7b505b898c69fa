from django.urls import path

from partners.views import contracts, deposits, people, profile, viewing

urlpatterns = [
    path("account/view-as/", viewing.viewing_page, name="view_as"),
    path("account/view-as/stop/", viewing.stop, name="view_as_stop"),
    path("account/view-as/<int:partner_id>/", viewing.start, name="view_as_partner"),
    path("portal/people/", people.people, name="portal_people"),
    path("portal/people/invite/", people.invite, name="portal_person_invite"),
    path("portal/people/<int:pk>/role/", people.change_role, name="portal_person_role"),
    path("portal/people/<int:pk>/end/", people.end_access, name="portal_person_end"),
    path("portal/contracts/", contracts.contract_list, name="portal_contracts"),
    path("portal/contracts/<int:pk>/", contracts.contract, name="portal_contract"),
    path("portal/contracts/<int:pk>/sign/", contracts.sign, name="portal_contract_sign"),
    path("portal/contracts/<int:pk>/decline/", contracts.decline, name="portal_contract_decline"),
    path("portal/deposits/", deposits.deposit_list, name="portal_deposits"),
    path("portal/account/", profile.profile, name="portal_profile"),
]

from django.urls import path

from partners.views import apply, company, contracts, deposits, onboarding, people, profile, verify, viewing

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
    path("portal/people/requests/<int:pk>/accept/", onboarding.accept, name="portal_access_accept"),
    path("portal/people/requests/<int:pk>/decline/", onboarding.decline, name="portal_access_decline"),
    path("portal/onboarding/", onboarding.onboarding, name="portal_onboarding"),
    path("portal/onboarding/step/", onboarding.do_step, name="portal_onboarding_step"),
    path("apply/", apply.begin, name="apply"),
    path("apply/link/<str:token>/", apply.resume, name="apply_resume"),
    path("apply/lost/", apply.lost, name="apply_lost"),
    path("apply/access/", apply.ask_access, name="apply_access"),
    path("apply/mine/", apply.mine, name="apply_mine"),
    path("apply/mine/step/", apply.do_step, name="apply_step"),
    path("apply/mine/withdraw/", apply.withdraw, name="apply_withdraw"),
    path("verify/", verify.ask, name="verify"),
    path("verify/<str:number>/", verify.number, name="verify_number"),
    path("portal/company/", company.company, name="portal_company"),
    path("portal/account/", profile.profile, name="portal_profile"),
]

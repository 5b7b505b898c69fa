"""The way in: from the first address to the right face, in the right language, for the right company."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render, resolve_url
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.services import accounts, acting, roles


@require_safe
def entrance(request):
    """``/``: staff to the admin, a dealer to the portal, without a company to the choice of one."""
    who = request.acting
    if not who.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    if who.standing is None:
        return redirect("admin:index")
    return redirect("portal_home" if who.partner_id else "account_company")


@login_required
def company(request):
    """For whom to act in this session; one company is no question, none is explained."""
    who = request.acting
    if who.standing is None or who.view_as:
        return redirect("entrance")
    if request.method == "POST" and acting.choose_partner(request.session, who, request.POST.get("partner", "")):
        return redirect(_back(request, "portal_home"))
    names = {role.code: role for role in roles.dealer_roles()}
    context = {"memberships": [(membership, names.get(membership.role)) for membership in who.memberships]}
    return render(request, "account/company.html", context, status=400 if request.method == "POST" else 200)


@require_POST
def language(request):
    """The language of the pages: a cookie of this browser, and the person's choice for the next one."""
    code = request.POST.get("language", "")
    address = _back(request, "entrance")
    response = redirect(address)
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response = redirect(translate_url(address, code))
        if request.user.is_authenticated:
            accounts.choose_language(user=request.user, language=code)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=accounts.YEAR,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def _back(request, otherwise):
    """Where the person came from, if that is here."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return resolve_url(otherwise)

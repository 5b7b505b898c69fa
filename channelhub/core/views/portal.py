"""Who is let into the portal, and what a page says to those who are not."""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers

from channelhub.core.enums.rights import PortalRight
from channelhub.core.services import roles


def portal_page(right: PortalRight | None = None):
    """A page for who acts for a partner; the anonymous sign in, staff go to the admin, without a company one chooses.

    With a right: who lacks it is told which role has it and whom to ask.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            elsewhere = _elsewhere(request)
            if elsewhere is not None:
                return elsewhere
            if right is not None and not request.acting.may(right):
                return no_permission(request, right)
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, ["HX-Request", "Cookie"])
            return response

        return guarded

    return decorate


def _elsewhere(request):
    acting = request.acting
    if not acting.user.is_authenticated:
        query = urlencode({"next": request.get_full_path()}, safe="/")
        return _go(request, f"{resolve_url(settings.LOGIN_URL)}?{query}")
    if acting.standing is None:
        return _go(request, resolve_url("admin:index"))
    return _go(request, resolve_url("account_company")) if acting.partner_id is None else None


def _go(request, address):
    """A fragment cannot be redirected: the whole page has to go."""
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return HttpResponseRedirect(address, headers={"HX-Redirect": address}, status=200)
    return redirect(address)


def no_permission(request, right: PortalRight):
    """Which role is needed, which one this person has, and whom to ask."""
    context = {"needed": roles.dealer_roles_with(right), "mine": roles.named(request.acting.role)}
    return render(request, "portal/no_permission.html", context, status=403)


def reads_only(request):
    """A manager who views as a dealer changes nothing."""
    return render(request, "portal/reads_only.html", status=403)

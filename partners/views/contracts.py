from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.selectors.keyset import BadCursor, keyset_page
from channelhub.core.views.portal import portal_page, reads_only
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from partners.forms.contracts import ContractFilter, DeclineForm, SignForm
from partners.models import ContractVersion
from partners.services import contract_answers, contract_signing
from partners.services.contract_signing import Signer
from partners.services.onboarding import guard

KEY = ("-sent_at", "-id")


def _signer(request):
    return Signer(
        user=request.user,
        may_sign=request.acting.may(PortalRight.SIGN),
        address=str(guard.caller(request) or "") or None,
        browser=request.headers.get("User-Agent", ""),
    )


def _readable(request):
    """Who may see the company's money sees its contracts; a named signatory those that wait for that person."""
    versions = ContractVersion.objects.visible_to(request.user).readable().select_related("contract")
    if request.acting.may(PortalRight.MONEY):
        return versions
    return versions.filter(signatory_email__iexact=request.user.email)


@require_safe
@portal_page()
def contract_list(request):
    """One's own contracts, what waits for a signature first in sight."""
    form = ContractFilter(request.GET)
    form.is_valid()
    versions = _readable(request)
    try:
        page = keyset_page(form.narrow(versions), key=KEY, cursor=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    context = {
        "form": form,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "today": business_day(timezone.now()),
        "narrowed": any(form.cleaned_data.values()),
        "download_params": {name: value for name, value in form.cleaned_data.items() if value},
        "page": "contracts",
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "partners/contract_rows.html", context)
    context["to_sign"] = versions.waiting().order_by("sign_by", "pk")
    return render(request, "partners/contract_list.html", context)


@require_safe
@portal_page()
def contract(request, pk):
    """One version: its paper, its terms, how its obligations stand, who signed it, and signing it."""
    version = get_object_or_404(_readable(request), pk=pk)
    return _page(request, version, SignForm(initial={"sha256": version.sha256}))


def _page(request, version, form, status=200):
    today = business_day(timezone.now())
    answer = contract_answers.about(version)
    context = {
        "version": version,
        "answer": answer,
        "form": form,
        "decline_form": DeclineForm(),
        "may_sign": contract_signing.may_sign(version=version, signer=_signer(request), on=today),
        "today": today,
        "page": "contracts",
    }
    return render(request, "partners/contract_detail.html", context, status=status)


@require_POST
@portal_page()
def sign(request, pk):
    """Accept the paper that was read."""
    version = get_object_or_404(_readable(request), pk=pk)
    if request.acting.view_as:
        return reads_only(request)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, version, form, status=400)
    signed = {"version": version, "signer": _signer(request), "seen": form.cleaned_data["sha256"]}
    try:
        contract_signing.sign(**signed, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal_contract", pk=version.pk)


@require_POST
@portal_page()
def decline(request, pk):
    """Say no, with a reason."""
    version = get_object_or_404(_readable(request), pk=pk)
    if request.acting.view_as:
        return reads_only(request)
    reason = request.POST.get("reason", "").replace("\x00", "")[:300]
    try:
        contract_signing.decline(version=version, signer=_signer(request), reason=reason, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal_contract", pk=version.pk)

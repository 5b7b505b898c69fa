"""Public pages: whether a certificate is valid, for whom, for what, until when; and nothing else."""

from functools import wraps

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from partners.forms.verification import NumberForm
from partners.services import verification
from partners.services.onboarding import guard


def _unlisted(view):
    """Search engines and caches keep none of it."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "private, no-store"
        return response

    return answered


@require_safe
@_unlisted
def ask(request):
    """Type the number that is printed on a certificate."""
    form = NumberForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("verify_number", number=form.cleaned_data["number"])
    return render(request, "public/verify.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@_unlisted
def number(request, number):
    """What a number is worth today; where its QR code leads."""
    form = NumberForm(initial={"number": number[:40].replace("\x00", "")})
    try:
        guard.count(form="verify", address=guard.address_of(request))
    except DomainError as refusal:
        context = {"form": form, "refusal": str(refusal)}
        return render(request, "public/verify.html", context, status=refusal.http_status)
    found = verification.verify(text=number, on=business_day(timezone.now()))
    context = {"form": form, "found": found, "asked": True}
    return render(request, "public/verify.html", context, status=200 if found else 404)

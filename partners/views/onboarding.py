"""The onboarding of a partner that is not active yet, seen and gone on with by its own people; requests for access."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.enums.workflow import Verdict
from channelhub.core.services import roles
from channelhub.core.services.workflow import cases
from channelhub.core.views.portal import portal_page, reads_only
from channelhub.core.views.uploads import takes_file
from channelhub.lib.errors import DomainError
from partners.forms.colleagues import RoleForm
from partners.forms.onboarding import StepForm
from partners.models import AccessRequest
from partners.services.onboarding import access, journey, steps
from partners.views.apply import stop_of, stops_with_forms


@require_safe
@portal_page()
def onboarding(request):
    """Where the own onboarding stands: every step, what is missing, what waits for whom."""
    return _page(request)


def _page(request, kept=None, status=200):
    application = journey.of_partner(request.acting.partner_id)
    way = journey.journey_of(application) if application else None
    context = {
        "page": "more",
        "application": application,
        "way": way,
        "stops": stops_with_forms(way, kept) if way else [],
        "largest": steps.LARGEST,
        "endings": ",".join(f".{ending}" for ending in steps.ENDINGS),
    }
    return render(request, "portal/onboarding.html", context, status=status)


@require_POST
@takes_file(steps.LARGEST)
@portal_page(PortalRight.TALK)
def do_step(request):
    """Attach a paper to an open step of the own onboarding, or hand the step in."""
    if request.acting.view_as:
        return reads_only(request)
    application = journey.of_partner(request.acting.partner_id)
    way = journey.journey_of(application) if application else None
    stop = stop_of(way, request.POST.get("step", ""))
    if stop is None:
        messages.error(request, _("This step does not wait for you any more."))
        return redirect("portal_onboarding")
    form, at = StepForm(request.POST, kinds=stop.asks, labels=way.labels), timezone.now()
    try:
        if request.FILES.get("file"):
            file = request.FILES["file"]
            steps.attach_as_partner(
                case_step=stop.case_step, file=file, declared=file.content_type or "", at=at, by=request.user
            )
        if request.POST.get("do") == "hand_in":
            if not form.is_valid():
                return _page(request, request.POST, 422)
            cases.decide(case_step=stop.case_step, by=request.user, verdict=Verdict.DONE, facts=form.facts, at=at)
            messages.success(request, _("Handed in. Thank you."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal_onboarding")


# Requests for access to the company's account


def _answer(request, pk, act):
    if request.acting.view_as:
        return reads_only(request)
    asked = get_object_or_404(AccessRequest.objects.visible_to(request.user), pk=pk)
    try:
        messages.success(request, act(asked))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal_people")


@require_POST
@portal_page(PortalRight.PEOPLE)
def accept(request, pk):
    """Let in whoever asked for access, as what."""

    def act(asked):
        form = RoleForm(request.POST, roles=roles.dealer_roles())
        if not form.is_valid():
            return _("Choose one of the roles.")
        access.accept(request=asked, role=form.cleaned_data["role"], by=request.user, at=timezone.now())
        return _("A letter is on its way to %(email)s.") % {"email": asked.email}

    return _answer(request, pk, act)


@require_POST
@portal_page(PortalRight.PEOPLE)
def decline(request, pk):
    """Do not let in whoever asked for access."""

    def act(asked):
        access.decline(request=asked, by=request.user, at=timezone.now())
        return _("%(name)s is not let in and hears nothing.") % {"name": asked.name}

    return _answer(request, pk, act)

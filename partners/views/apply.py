"""Public pages: apply to become a partner, go on by the secret link, ask for access to a company's account."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channelhub.core.views.uploads import takes_file
from channelhub.lib.errors import DomainError
from partners.enums import ApplicationState
from partners.errors import ApplicationIncomplete
from partners.forms.onboarding import AccessForm, ApplicationForm, BeginForm, LostForm, StepForm
from partners.services.onboarding import access, applications, guard, journey, letters, links, steps

COOKIE = "channelhub_application"
COOKIE_SECONDS = 30 * 24 * 3600
FORM_FIELDS = tuple(ApplicationForm.base_fields)


def _guarded(request, name, form):
    """Whether a public form may go on: counted, sent by a person, readable. Refusals stand above the kept input."""
    try:
        guard.count(form=name, address=guard.address_of(request))
        guard.require_person(form=name, stamped=request.POST.get("stamp", ""))
    except DomainError as refusal:
        form.full_clean()
        form.add_error(None, str(refusal))
        return refusal.http_status
    return 200 if form.is_valid() else 422


def _public(request, template, form, name, status=200, **context):
    return render(
        request, f"public/{template}.html", {"form": form, "stamp": guard.stamp(name), **context}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request):
    """The first page of an application; it leads on to the rest and sends the link."""
    types = applications.open_types()
    form = BeginForm(request.POST or None, types=types)
    if request.method != "POST":
        return _public(request, "apply", form, "apply", types=types)
    status = _guarded(request, "apply", form)
    if status != 200:
        return _public(request, "apply", form, "apply", status, types=types)
    if form.from_machine:
        return render(request, "public/sent.html")
    values = {name: form.cleaned_data[name] for name in ("company", "contact_name", "contact_email")}
    try:
        application = applications.begin(
            kind=form.cleaned_data["type"], language=get_language() or "", at=timezone.now(), **values
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _public(request, "apply", form, "apply", refusal.http_status, types=types)
    messages.success(
        request,
        _("A link with which you can go on at any time is on its way to %(email)s.")
        % {"email": application.contact_email},
    )
    return _remembered(request, application)


def _remembered(request, application):
    """Go on with this application in this browser: a signed cookie keeps the link out of addresses and logs."""
    response = redirect("apply_mine")
    response.set_signed_cookie(
        COOKIE,
        f"{application.pk}:{application.link_key}",
        salt=COOKIE,
        max_age=COOKIE_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
def resume(request, token):
    """The secret link of a letter."""
    said = links.read(token)
    application = links.find(*said) if said else None
    if application is None:
        return render(request, "public/no_link.html", status=404)
    return _remembered(request, application)


def _own_application(view):
    """For whom came by its link in this browser; others are told how to get it."""

    @wraps(view)
    def found(request):
        pk, _colon, key = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=COOKIE_SECONDS).partition(":")
        application = links.find(int(pk), key) if pk else None
        if application is None:
            return render(request, "public/no_link.html", status=404)
        response = view(request, application)
        response["Cache-Control"] = "private, no-store"
        return response

    return found


@require_http_methods(["GET", "HEAD", "POST"])
@_own_application
def mine(request, application):
    """The form as long as it is a draft, then where it stands and what is missing."""
    if application.state != ApplicationState.DRAFT:
        return _where_it_stands(request, application)
    if request.method != "POST":
        return _form(request, application, ApplicationForm(initial=_initial(application)))
    form = ApplicationForm(request.POST)
    if not form.is_valid():
        return _form(request, application, form, 422)
    try:
        applications.save(application=application, values=form.cleaned_data)
        if request.POST.get("do") != "send":
            messages.success(request, _("Saved. You can go on later with the link from the letter."))
            return redirect("apply_mine")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("apply_mine")
    return _send(request, application, form)


def _initial(application):
    return {name: getattr(application, name) for name in FORM_FIELDS}


def _form(request, application, form, status=200):
    context = {"form": form, "application": application}
    return render(request, "public/application.html", context, status=status)


def _send(request, application, form):
    """What was saved stays saved when it cannot be sent yet: no status of 400 or more, which leaves nothing."""
    try:
        applications.send(application=application, at=timezone.now())
    except ApplicationIncomplete as refusal:
        form.refuse(refusal.fields)
        return _form(request, application, form)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("apply_mine")
    messages.success(request, _("Sent. This page shows how far it is; we write when you have to do something."))
    return redirect("apply_mine")


def _where_it_stands(request, application, kept=None, status=200):
    way = journey.journey_of(application)
    context = {
        "application": application,
        "way": way,
        "stops": stops_with_forms(way, kept) if way else [],
        "largest": steps.LARGEST,
        "endings": ",".join(f".{ending}" for ending in steps.ENDINGS),
        "reason": letters.why_refused(application) if application.state == ApplicationState.REFUSED else "",
    }
    return render(request, "public/progress.html", context, status=status)


def stops_with_forms(way, kept=None):
    """Each stop with the form of what it asks for; what was written is kept when it was refused."""
    return [
        (
            stop,
            StepForm(
                kept if kept and stop.case_step and kept.get("step") == str(stop.case_step.pk) else None,
                kinds=stop.asks,
                labels=way.labels,
            )
            if stop.mine
            else None,
        )
        for stop in way.stops
    ]


@require_POST
@takes_file(steps.LARGEST)
@_own_application
def do_step(request, application):
    """Attach a paper to an open step, or hand the step in."""
    way = journey.journey_of(application)
    stop = stop_of(way, request.POST.get("step", ""))
    if stop is None:
        messages.error(request, _("This step does not wait for you any more."))
        return redirect("apply_mine")
    form = StepForm(request.POST, kinds=stop.asks, labels=way.labels)
    try:
        if request.FILES.get("file"):
            guard.count(form="upload", address=guard.address_of(request))
            file, at = request.FILES["file"], timezone.now()
            row = stop.case_step
            steps.attach(application=application, case_step=row, file=file, declared=file.content_type or "", at=at)
        if request.POST.get("do") == "hand_in":
            if not form.is_valid():
                return _where_it_stands(request, application, request.POST, 422)
            steps.hand_in(application=application, case_step=stop.case_step, facts=form.facts, at=timezone.now())
            messages.success(request, _("Handed in. Thank you."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("apply_mine")


def stop_of(way, text):
    """The open step of that number, if it waits for the applicant."""
    own = way.mine if way else []
    return next((stop for stop in own if stop.case_step and str(stop.case_step.pk) == text), None)


@require_POST
@_own_application
def withdraw(request, application):
    try:
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:1000] or _("Withdrawn by the applicant.")
        applications.withdraw(application=application, reason=reason, at=timezone.now())
        messages.success(request, _("The application is withdrawn."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("apply_mine")


@require_http_methods(["GET", "HEAD", "POST"])
def lost(request):
    """Send the link again; the answer never says whether there is an application."""
    form = LostForm(request.POST or None)
    if request.method != "POST":
        return _public(request, "lost", form, "link")
    status = _guarded(request, "link", form)
    if status != 200:
        return _public(request, "lost", form, "link", status)
    if not form.from_machine:
        applications.ask_for_link(email=form.cleaned_data["email"], at=timezone.now())
    return render(request, "public/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
def ask_access(request):
    """For people of companies that are partners; the answer never says whether it is one."""
    form = AccessForm(request.POST or None)
    if request.method != "POST":
        return _public(request, "access", form, "access")
    status = _guarded(request, "access", form)
    if status != 200:
        return _public(request, "access", form, "access", status)
    if not form.from_machine:
        asked = {name: form.cleaned_data[name] for name in ("company", "name", "email", "note")}
        access.ask(**asked, at=timezone.now())
    return render(request, "public/access_sent.html")

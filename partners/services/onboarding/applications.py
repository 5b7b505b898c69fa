"""Applications of companies that want to become partners: begun, filled in, sent, withdrawn, refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import CaseState
from channelhub.core.models import User, WorkflowCase
from channelhub.core.services import outbox
from channelhub.core.services.fence import unfenced
from channelhub.core.services.workflow import cases, definitions
from partners.enums import ApplicationState
from partners.errors import ApplicationIncomplete, ApplicationSent, NoTrack
from partners.models import OnboardingTrack, PartnerApplication, PartnerType
from partners.services.onboarding import links

APPLICANT = "applicant"  # in which role a case's history names whoever has no account
# What the applicant writes before it sends.
WRITTEN = (
    "company",
    "company_en",
    "country",
    "company_number",
    "territory",
    "address",
    "phone",
    "website",
    "contact_name",
    "credit",
    "expected_sales",
    "currency",
    "about",
)
NEEDED = ("company", "country", "address", "phone", "contact_name")


def open_types() -> list[PartnerType]:
    """The types for which companies may apply now: their track is open and has a published version."""
    with unfenced():
        rows = OnboardingTrack.objects.filter(is_open=True, definition__versions__published_at__isnull=False)
        return list(PartnerType.objects.filter(track__in=rows).order_by("name", "pk").distinct())


def track_of(kind: PartnerType) -> OnboardingTrack:
    """The track of a type; refused where none is published or it is closed."""
    track = OnboardingTrack.objects.select_related("definition").filter(type=kind, is_open=True).first()
    if track is None or definitions.in_force(track.definition) is None:
        raise NoTrack(_("Companies of this type cannot apply at the moment."))
    return track


def begin(
    *, kind: PartnerType, company: str, contact_name: str, contact_email: str, language: str, at: datetime
) -> PartnerApplication:
    """Begin an application; its secret link goes to the address. Refused: a type that cannot apply."""
    with unfenced():
        track_of(kind)
        application = PartnerApplication.objects.create(
            type=kind,
            company=company,
            contact_name=contact_name,
            contact_email=contact_email,
            language=language,
            link_key=links.new_key(),
            begun_at=at,
        )
        outbox.publish("partners.application.begun", occurred_at=at, application_id=application.pk)
        return application


def save(*, application: PartnerApplication, values: Mapping[str, Any]) -> PartnerApplication:
    """Write what the applicant filled in so far; refused once it is sent."""
    with unfenced():
        held = _draft(application)
        for name in WRITTEN:
            if name in values:
                setattr(held, name, values[name])
        held.save()
        return held


def send(*, application: PartnerApplication, at: datetime) -> PartnerApplication:
    """Send an application: its case begins on the version of its type's track that is in force now.

    Refused: sent already (also by two at once), something needed is empty, a type that cannot apply any more.
    """
    with unfenced():
        held = _draft(application)
        empty = [name for name in NEEDED if not getattr(held, name)]
        if empty:
            names_of_fields = {field.name: field.verbose_name for field in PartnerApplication._meta.fields}
            names = ", ".join(str(names_of_fields[name]) for name in empty)
            raise ApplicationIncomplete(_("Still needed: %(names)s.") % {"names": names}, fields=empty)
        track = track_of(held.type)
        held.state, held.sent_at = ApplicationState.RUNNING, at
        held.save()
        outbox.publish("partners.application.sent", occurred_at=at, application_id=held.pk)
        cases.open_case(definition=track.definition, subject=held.company, facts=_facts(held), at=at, record=held)
        held.refresh_from_db()
        return held


def _draft(application: PartnerApplication) -> PartnerApplication:
    """The application's row, held; refused unless it is a draft."""
    held = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if held.state != ApplicationState.DRAFT:
        raise ApplicationSent(_("The application has been sent already."))
    return held


def _facts(application: PartnerApplication) -> dict[str, Any]:
    return {
        "partner_type": application.type.code,
        "country": application.country,
        "territory": application.territory.code if application.territory else "",
        "credit": application.credit or 0,
        "expected_sales": application.expected_sales or 0,
        "has_company_number": bool(application.company_number),
    }


def case_of(application: PartnerApplication) -> WorkflowCase | None:
    """The case of an application; None: it was not sent."""
    with unfenced():
        cases_of_it = WorkflowCase.objects.about(application).select_related("definition", "workflow_version")
        return cases_of_it.first()


def withdraw(*, application: PartnerApplication, reason: str, at: datetime) -> None:
    """The applicant does not want any more; refused after the end."""
    with unfenced():
        held = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
        case = case_of(held)
        if case is None and held.state == ApplicationState.DRAFT:
            _end(held, ApplicationState.WITHDRAWN, at)
            return
        if case is None or held.state != ApplicationState.RUNNING:
            raise ApplicationSent(_("The application has ended."))
        cases.stop(case=case, state=CaseState.WITHDRAWN, role=APPLICANT, reason=reason, at=at)


def refuse(*, application: PartnerApplication, by: User, reason: str, at: datetime) -> None:
    """End a running application at whatever step it is, with a reason that the applicant reads."""
    with unfenced():
        case = case_of(application)
        if case is None:
            raise ApplicationSent(_("The application was not sent yet."))
        cases.stop(case=case, state=CaseState.REFUSED, role="", reason=reason, at=at, by=by)


def ended(case: WorkflowCase, at: datetime) -> None:
    """The case has ended: so has its application. Called by the process, in the same transaction."""
    held = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=case.record_id or 0)
    state = {
        CaseState.DONE: ApplicationState.ACTIVE if held.partner_id else ApplicationState.REFUSED,
        CaseState.REFUSED: ApplicationState.REFUSED,
        CaseState.WITHDRAWN: ApplicationState.WITHDRAWN,
    }[CaseState(case.state)]
    if held.state != state:
        _end(held, state, at)


def _end(held: PartnerApplication, state: str, at: datetime) -> None:
    held.state, held.ended_at = state, at
    held.save()
    outbox.publish("partners.application.ended", occurred_at=at, application_id=held.pk, state=str(state))


def ask_for_link(*, email: str, at: datetime) -> int:
    """Send the links of an address's applications again; how many. The page says the same in every case."""
    with unfenced():
        rows = PartnerApplication.objects.filter(contact_email__iexact=email).order_by(F("ended_at").desc(), "-pk")
        open_ones = [row for row in rows[:5] if row.state != ApplicationState.WITHDRAWN]
        for row in open_ones:
            outbox.publish("partners.application.link_asked", occurred_at=at, application_id=row.pk)
        return len(open_ones)

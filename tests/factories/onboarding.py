"""Applications for tests: a type with a delivered or an own track, and an application on its way."""

from datetime import UTC, datetime
from io import BytesIO

from django.core.files.base import ContentFile

from channelhub.core.models import CaseStep, OutboxEvent, Role, User, WorkflowCase
from channelhub.core.services.workflow import cases, definitions
from partners.models import OnboardingTrack, PartnerApplication, PartnerType
from partners.services.onboarding import applications, plugs, steps, tracks
from tests.factories import contracts
from tests.factories.partners import make_staff, make_territory

MONDAY = datetime(2026, 3, 16, 4, tzinfo=UTC)
WRITTEN = {
    "country": "CN",
    "address": "1 Example Road",
    "phone": "+86 21 5550 0100",
    "company_number": "91310000MA1FL0000N",
}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
ROLES = ("channel_manager", "finance", "management", "after_sales")


def make_roles():
    """The roles that the delivered tracks name, and the owner's."""
    for code in ROLES:
        Role.objects.get_or_create(code=code, defaults={"name": code, "kind": "staff", "permissions": ["*"]})
    defaults = {"name": "Owner", "name_en": "Owner", "kind": "dealer", "permissions": ["portal.*"]}
    Role.objects.get_or_create(code="owner", defaults=defaults)


def make_track(code="dealer", steps=None):
    """A type with its track in force: the delivered one, or these steps."""
    make_roles()
    kind, _new = PartnerType.objects.get_or_create(code=code, defaults={"name": code, "name_en": code.title()})
    if steps is None:
        wanted = tracks.DELIVERED[code]["code"]
        definitions.deliver(data=next(data for data in tracks.DEFINITIONS if data["code"] == wanted), at=MONDAY)
        tracks.deliver()
        return OnboardingTrack.objects.get(type=kind)
    track = tracks.create_track(kind=kind, name=code, name_en=code)
    definitions.save_draft(definition=track.definition, steps=steps)
    definitions.publish(definition=track.definition, by=None, at=MONDAY)
    return track


def begin(track, **values) -> PartnerApplication:
    """A draft of an application, filled in."""
    application = applications.begin(
        kind=track.type,
        company=values.pop("company", "Northwind"),
        contact_name="Nora",
        contact_email=values.pop("email", "nora@northwind.example"),
        language=values.pop("language", "en"),
        at=MONDAY,
    )
    return applications.save(application=application, values={**WRITTEN, **values})


def send(track, **values) -> PartnerApplication:
    return applications.send(application=begin(track, **values), at=MONDAY)


def case_of(application) -> WorkflowCase:
    return WorkflowCase.objects.about(application).get()


def waiting(application) -> list[str]:
    """The codes of the steps that wait now."""
    rows = CaseStep.objects.waiting().filter(case=case_of(application)).order_by("step__position")
    return list(rows.values_list("step__code", flat=True))


def at_step(application, code) -> CaseStep:
    return CaseStep.objects.filter(case=case_of(application), step__code=code).latest("round")


def pdf(name="licence.pdf", content=PDF):
    return ContentFile(content, name=name)


def office(name, folder):
    """An archive that looks like an office file of this folder."""
    import zipfile

    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}document.xml", "<x/>")
    return ContentFile(raw.getvalue(), name=name)


def hand_in_papers(application, code="papers"):
    row = at_step(application, code)
    steps.attach(application=application, case_step=row, file=pdf(), declared="application/pdf", at=MONDAY)
    steps.hand_in(application=application, case_step=row, facts={}, at=MONDAY)


def person(role) -> User:
    """Somebody of the staff with this role."""
    email = f"{role}@maker.example"
    return User.objects.filter(email=email).first() or make_staff(email, role=role, permissions=["*"])


def decide(application, code, by, verdict="done", **more):
    return cases.decide(case_step=at_step(application, code), by=by, verdict=verdict, at=MONDAY, **more)


def sign_contract(application):
    """The contract step's own way: the owner signs what was sent, and the step goes on by itself."""
    application.refresh_from_db()
    owner = application.partner.memberships.get().user
    version = contracts.signed(contracts.make_sent(application.partner, at=MONDAY), owner, at=MONDAY)
    plugs.settle(partner_id=version.partner_id, kind="contract", at=MONDAY)
    return version


def events(name):
    return OutboxEvent.objects.filter(name=name).count()


def make_country():
    return make_territory("CN", name="China")


def _step(code, *after, kind="task", role="channel_manager", **more):
    return {"code": code, "name": code.title(), "kind": kind, "role": role, "after": list(after), **more}


# A track on which the partner has to do something when it has an account already.
WITH_PARTNERS_STEP = (
    _step("papers", kind="document", party="partner", role=""),
    _step("check", "papers", kind="check", back_to="papers"),
    _step("admit", "check", kind="action", role="", action="partners.admit_applicant"),
    _step("bank", "admit", kind="form", party="partner", role="", asks=["shops"]),
    _step("activate", "bank", kind="action", role="", action="partners.activate_partner", ends=True),
)

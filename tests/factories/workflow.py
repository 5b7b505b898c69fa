"""Processes of a few lines: steps as data, published, on a process that only tests register."""

from datetime import UTC, date, datetime

from channelhub.core.services.acting import Acting, of_session
from channelhub.core.services.workflow import cases, definitions, registry
from channelhub.core.services.workflow.registry import Fact, Process, WorkflowAction
from tests.factories.partners import make_role, make_staff, next_number

MONDAY = datetime(2026, 3, 16, 4, tzinfo=UTC)  # noon in Shanghai
done = []  # what the actions of a test were called with
given_back = []

TESTED = Process(
    "tested",
    "Tested",
    record_type="partners.partner",
    facts={"amount": Fact("number", "Amount"), "area": Fact("text", "Area")},
    given_back=lambda case, at: given_back.append((case.pk, at)),
)
NOTE = WorkflowAction("tested.note", "Note", done.append, arguments={"day": "date"})
SIGN = WorkflowAction("tested.sign", "Sign", done.append, record_type="partners.partner")
OF_PRODUCTS = WorkflowAction("tested.of_products", "Of products", done.append, record_type="partners.product")


def forget():
    """Begin a test with nothing done; processes and actions of tests are registered."""
    done.clear()
    given_back.clear()
    registry.register(TESTED, NOTE, SIGN, OF_PRODUCTS)


def step(code, *after, kind="task", role="finance", **more):
    """One step; ``ends`` unless something is said to follow it."""
    return {"code": code, "name": code.title(), "kind": kind, "role": role, "after": list(after), **more}


def make_definition(*steps, code=None, shown_to_partner=False, facts=None, process="tested"):
    """A process that is published with these steps."""
    for role in ("finance", "legal", "management"):
        make_role(role, kind="staff", permissions=("core.*",))
    definition = definitions.create_definition(
        code=code or f"process{next_number()}",
        name="流程",
        name_en="Process",
        process=process,
        shown_to_partner=shown_to_partner,
    )
    definitions.save_draft(definition=definition, steps=steps, facts=facts)
    definitions.publish(definition=definition, by=None, at=MONDAY)
    return definition


def start(definition, *, record=None, by=None, at=MONDAY, partner_id=None, subject="Acme", **facts):
    """A case of that process; facts that nobody names are small and in the north."""
    facts = {"amount": "100", "area": "north", **facts} if definition.process == "tested" else facts
    return cases.open_case(
        definition=definition, subject=subject, facts=facts, at=at, by=by, record=record, partner_id=partner_id
    )


def someone(role, email=None, **more):
    """One of the staff with a role, ready to be asked."""
    return make_staff(email, role=role, permissions=("core.*",), **more)


def at_step(case, code):
    """The latest round of a step that a case has reached."""
    return case.steps.filter(step__code=code).select_related("step", "case").latest("round")


def decide(case, code, by, verdict="done", *, at=MONDAY, **more):
    """Decide a step of a case by its code."""
    return cases.decide(case_step=at_step(case, code), by=by, verdict=verdict, at=at, **more)


def states(case):
    """Where the steps stand: code → state of the latest round."""
    return dict(case.steps.order_by("round").values_list("step__code", "state"))


TODAY = date(2026, 3, 16)
APPROVAL = step("approve", kind="approval", ends=True)
TWO = step(
    "approve",
    kind="approval",
    amount_fact="amount",
    bands=[{"up_to": None, "role": "finance", "count": 2}],
    ends=True,
)


def seen_by(user):
    user.acting = Acting(user, None, territories=None) if user.is_staff else of_session(user, {}, MONDAY)
    return user

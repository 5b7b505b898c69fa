"""Tracks as data: what is wrong with them is named before they are published."""

import pytest

from channelhub.core.errors import DraftHasProblems
from channelhub.core.models import CaseDecision, CaseStep
from channelhub.core.services.workflow import cases, definitions, registry
from channelhub.core.services.workflow.registry import StepService
from partners.errors import CodeTaken
from partners.services.onboarding import process, tracks
from tests.factories import onboarding as make
from tests.factories.onboarding import MONDAY
from tests.factories.partners import make_partner_type
from tests.factories.workflow import step

pytestmark = pytest.mark.django_db
ADMIT = step("admit", "check", kind="action", role="", action=process.ADMIT)
LAST = step("activate", "admit", kind="action", role="", action=process.ACTIVATE, ends=True)
CHECK = step("check", kind="check", role="channel_manager")


def problems(*steps):
    make.make_roles()
    track = tracks.create_track(kind=make_partner_type(), name="T", name_en="T")
    draft = definitions.save_draft(definition=track.definition, steps=steps)
    return [definitions.text_of(problem) for problem in definitions.problems_of(draft)]


def test_a_track_that_admits_and_activates_is_fine():
    assert problems(CHECK, ADMIT, LAST) == []


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            [step("check", kind="check", role="channel_manager", ends=True)],
            "No step enters the applicant as a partner.",
        ),
        ([CHECK, {**ADMIT, "ends": True}], "No step makes the partner active."),
        (
            [CHECK, {**ADMIT, "conditions": [{"fact": "credit", "op": ">", "value": "5"}]}, LAST],
            "“Admit” enters the applicant as a partner, but may be skipped.",
        ),
        (
            [
                CHECK,
                ADMIT,
                {**LAST, "after": ["admit"]},
                step("early", kind="action", action=process.ACTIVATE, ends=True),
            ],
            "“Early” needs a partner, but no step before it enters the applicant as one.",
        ),
        ([{**CHECK, "role": "wizard"}, ADMIT, LAST], "“Check”: there is no role wizard."),
        ([CHECK, {**ADMIT, "after": ["nothing"]}, LAST], "“Admit” comes after nothing, which does not exist."),
        (
            [CHECK, step("visit", "check", role="finance"), ADMIT, LAST],
            "“Visit” leads nowhere: nothing follows it and it does not end the case.",
        ),
        (
            [CHECK, ADMIT, {**LAST, "after": ["admit", "b"]}, step("a", "b"), step("b", "a")],
            "“Activate” is never reached.",
        ),
        (
            [{**CHECK, "conditions": [{"fact": "employees", "op": ">", "value": "5"}]}, ADMIT, LAST],
            "“Check”: there is no fact employees at that point.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named_with_its_step(steps, said):
    assert said in problems(*steps)


def test_a_track_with_a_gap_is_not_published():
    make.make_roles()
    track = tracks.create_track(kind=make_partner_type(), name="T", name_en="T")
    definitions.save_draft(definition=track.definition, steps=[CHECK])

    with pytest.raises(DraftHasProblems):
        definitions.publish(definition=track.definition, by=None, at=MONDAY)


def test_a_type_has_one_track_and_a_new_one_may_copy_another():
    dealer = make.make_track("dealer")
    kind = make_partner_type("shop")
    track = tracks.create_track(kind=kind, name="Shop", name_en="Shop", copy_of=dealer)

    codes = list(track.definition.versions.get().steps.order_by("position").values_list("code", flat=True))
    assert codes == ["papers", "check", "admit", "contract", "activate"]
    with pytest.raises(CodeTaken):
        tracks.create_track(kind=kind, name="Shop", name_en="Shop")


# Kinds of steps plug in


@pytest.fixture
def contracts(monkeypatch):
    """An app that does contracts: until they are signed no person can call the step done."""
    begun: list[int] = []
    signed: set[int] = set()
    monkeypatch.setattr(registry, "_services", {})
    registry.register(
        StepService(
            "contract",
            reached=lambda row, at: begun.append(row.pk),
            missing=lambda row: "" if row.pk in signed else "The contract is not signed.",
        )
    )
    return begun, signed


def test_a_registered_kind_is_begun_and_done_by_its_service(contracts):
    begun, signed = contracts
    application = make.send(make.make_track())
    make.hand_in_papers(application)
    manager = make.person("channel_manager")
    make.decide(application, "check", manager)
    row = make.at_step(application, "contract")
    with pytest.raises(cases.StepNotFulfilled):
        make.decide(application, "contract", manager)

    signed.add(row.pk)
    case = cases.settle(case_step=row, verdict="done", role="contracts", at=MONDAY)

    assert (begun, case.state) == ([row.pk], "done")
    assert CaseDecision.objects.get(case_step=row).role == "contracts"
    assert CaseStep.objects.waiting().count() == 0

"""By a person's hand: a track with a branch and a condition is designed; a company applies, is decided, is in."""

import os
import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.core.models import WorkflowDefinition
from channelhub.core.services import dispatch
from partners.models import OnboardingTrack, Partner, PartnerApplication
from partners.services.onboarding import guard, links
from tests.factories import onboarding as make
from tests.factories.contracts import make_sent
from tests.factories.partners import PASSWORD, make_partner_type, make_staff, make_territory
from tests.journeys.axe import serious, violations

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def fast_fingers(monkeypatch):
    """A browser that a program drives writes faster than people."""
    cache.clear()
    monkeypatch.setattr(guard, "FASTEST_SECONDS", -1)


def add_step(page, *, name, kind, party="staff", role="", after=(), ends=False, **inner):
    """Press “Add a step” and fill in the new row as a person does."""
    page.get_by_role("button", name="Add a step").click()
    page.wait_for_load_state()
    index = int(page.locator("input[name=count]").input_value()) - 1
    row = page.locator(f"#step-{index}")
    row.locator(f"[name=s{index}-name]").fill(name)
    row.locator(f"[name=s{index}-kind]").select_option(kind)
    row.locator(f"[name=s{index}-party]").select_option(party)
    row.locator(f"[name=s{index}-role]").select_option(role)
    for box in row.locator(f"[name=s{index}-after]").all():
        box.set_checked(box.get_attribute("value") in after)
    if ends:
        row.locator(f"[name=s{index}-ends]").check()
    if "condition" in inner:
        for field, value in zip(("fact", "op", "value"), inner["condition"], strict=True):
            cell = row.locator(f"[name=s{index}-c0_{field}]")
            cell.fill(value) if field == "value" else cell.select_option(value)
    if "action" in inner:
        if not row.locator(f"[name=s{index}-action]").is_visible():
            row.locator("summary").click()
        row.locator(f"[name=s{index}-action]").select_option(inner["action"])


def save(page):
    page.get_by_role("button", name="Save the draft", exact=True).last.click()
    page.wait_for_load_state()


def codes():
    """The codes that the draft's steps got, by name."""
    version = WorkflowDefinition.objects.get(process="partners.onboarding").versions.get()
    return dict(version.steps.values_list("name", "code"))


def test_a_third_type_with_a_branch_and_a_condition_is_designed_without_code(page, sign_in):
    make.make_roles()
    make_partner_type("franchise")
    sign_in(make_staff("boss@maker.example", is_superuser=True))
    page.goto(reverse("admin:partners_onboardingtrack_changelist"))

    page.get_by_role("link", name="New track").click()
    page.get_by_label("Partner type").select_option(index=1)
    page.locator("[name=name]").fill("加盟商准入")
    page.locator("[name=name_en]").fill("Franchise")
    page.get_by_role("button", name="Make it and design its steps").click()
    add_step(page, name="Papers", kind="document", party="partner")
    save(page)
    papers = codes()["Papers"]
    add_step(page, name="Visit", kind="check", role="channel_manager", after=(papers,))
    add_step(
        page,
        name="Credit check",
        kind="check",
        role="finance",
        after=(papers,),
        condition=("credit", ">", "500000"),
    )
    save(page)
    expect(page.get_by_text("“Visit” leads nowhere").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Publish v1")).click()
    expect(page.get_by_text("No step enters the applicant as a partner.").first).to_be_visible()
    known = codes()
    add_step(
        page,
        name="Admit",
        kind="action",
        after=(known["Visit"], known["Credit check"]),
        action="partners.admit_applicant",
    )
    save(page)
    add_step(
        page, name="Activate", kind="action", after=(codes()["Admit"],), action="partners.activate_partner", ends=True
    )
    save(page)
    page.get_by_role("button", name=re.compile("Publish v1")).click()

    expect(page.get_by_text("v1 is in force for new cases")).to_be_visible()
    track = OnboardingTrack.objects.get(type__code="franchise")
    small, large = make.send(track, credit=1000), make.send(track, credit=900_000, email="l@large.example")
    for application in (small, large):
        make.hand_in_papers(application, codes()["Papers"])
    assert make.waiting(small) == [known["Visit"]]
    assert make.waiting(large) == [known["Visit"], known["Credit check"]]


def test_a_company_applies_is_sent_back_mends_it_and_is_a_partner(page, sign_in, tmp_path):
    make.make_track("dealer")
    make_territory("CN", name="中国", name_en="China")
    manager = make.person("channel_manager")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reverse("apply"))

    page.locator("label.form-selectgroup-item").first.click()
    page.get_by_label("Company", exact=True).fill("Northwind")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("E-mail").fill("nora@northwind.example")
    page.get_by_role("button", name="Begin the application").click()
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("Needed before the application is sent.").first).to_be_visible()
    page.get_by_label("Country").select_option("CN")
    page.get_by_label("Address").fill("1 Example Road")
    page.get_by_label("Telephone").fill("+86 21 5550 0100")
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("1 step waits for you.")).to_be_visible()
    _hand_in(page, tmp_path, "licence.pdf")
    expect(page.get_by_text("Nothing is missing from you")).to_be_visible()

    application = PartnerApplication.objects.get()
    make.decide(application, "check", manager, "refused", comment="The licence is cut off.")
    page.reload()
    expect(page.get_by_text("The licence is cut off.")).to_be_visible()
    _hand_in(page, tmp_path, "whole.pdf")

    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.clear_cookies()
    sign_in(manager)
    page.goto(reverse("admin:partners_partnerapplication_board"))
    page.get_by_role("link", name=re.compile("Northwind")).click()
    expect(page.get_by_role("link", name="whole.pdf")).to_be_visible()
    page.get_by_role("button", name="“Check of the application” is in order").click()
    page.get_by_role("button", name="“Contract” is done").click()
    expect(page.get_by_text("The partner has not signed its contract yet.").first).to_be_visible()

    application.refresh_from_db()
    _sign_the_contract(page, sign_in, application.partner)
    sign_in(manager)
    page.goto(reverse("admin:core_workflowcase_change", args=[make.case_of(application).pk]))
    expect(page.get_by_text("Nobody is waited for: the case has ended.")).to_be_visible()
    application.refresh_from_db()
    assert (application.state, Partner.objects.get().name) == ("active", "Northwind")


def _sign_the_contract(page, sign_in, partner):
    """The owner, on the phone, from what waits for it to the signature; then the night's dispatcher."""
    make_sent(partner, at=timezone.now())
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.clear_cookies()
    owner = partner.memberships.get().user
    owner.set_password(PASSWORD)
    owner.save()
    sign_in(owner)
    page.goto("/portal/")
    page.get_by_role("link", name="Read and sign").click()
    page.locator("[name=agreed]").check()
    page.get_by_role("button", name="Sign the contract").click()
    expect(page.get_by_text("The stored paper is the one that was signed.")).to_be_visible()
    while dispatch.dispatch(at=timezone.now()):
        pass
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.clear_cookies()


def _hand_in(page, folder, name):
    path = folder / name
    path.write_bytes(make.PDF)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.get_by_text(name)).to_be_visible()
    page.get_by_role("button", name=re.compile("Hand in “")).click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("size", "theme"), [((1440, 900), "light"), ((390, 844), "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_wrong_on_the_way_of_a_company(size, theme, page, sign_in, pictures):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    track = make.make_track("distributor")
    make_territory("CN", name="中国", name_en="China")
    draft = make.begin(track, email="d@draft.example")
    application = make.send(track, company="Northwind 北风贸易", credit=600_000)
    found = {}

    def look(name, address, rules=violations):
        page.goto(address)
        pictures(f"{name}-{size[0]}")
        found[name] = rules(page)

    for name in ("apply", "apply_lost", "apply_access"):
        look(name, reverse(name))
    for name, one in (("draft", draft), ("progress", application)):
        look(name, links.link_of(one).removeprefix(settings.PUBLIC_URL))
    make.hand_in_papers(application)
    make.send(make.make_track("dealer"), company="Contoso", email="c@contoso.example")
    sign_in(make_staff("boss@maker.example", is_superuser=True))
    case = make.case_of(application)
    for name, address in (
        ("board", reverse("admin:partners_partnerapplication_board")),
        ("applications", reverse("admin:partners_partnerapplication_changelist")),
        ("tracks", reverse("admin:partners_onboardingtrack_changelist")),
        ("case", reverse("admin:core_workflowcase_change", args=[case.pk])),
        ("design", reverse("admin:core_workflowdefinition_design", args=[track.definition_id])),
    ):
        look(name, address, serious)

    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.fixture
def pictures(page):
    """Keep what the pages look like where a folder is named."""
    folder = os.environ.get("PICTURES")

    def keep(name):
        if folder:
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return keep

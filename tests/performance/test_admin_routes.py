"""Every address of the admin × every role: found by walking the resolver, so that a new page cannot be forgotten."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from channelhub.core.models import (
    DuplicateUse,
    EventHandling,
    ExternalCode,
    Notification,
    OutboxEvent,
    SavedView,
    SuspectedPair,
    Task,
)
from channelhub.core.services import attention, delegations, imports, profiles, viewing
from channelhub.core.services.night import runs, steps
from channelhub.core.services.night.steps import Step
from inventory.models import StockVisibility
from partners.models import (
    DepositRule,
    OnboardingTrack,
    Partner,
    PartnerType,
    Product,
    ProductUnit,
    StaffScope,
    Territory,
)
from partners.services import api_clients, authorisations, records
from partners.services.authorisations import Limits
from partners.services.tiers import offer_benefit
from performance.enums import FIGURES_FINAL
from performance.models import TierProposal
from performance.services import reports
from pricing.services import accrual, agreements, rates, usage
from pricing.services.agreements import Agreed
from pricing.services.map_prices import set_map_price
from tests.conftest import logged_in
from tests.core import scoped_rows
from tests.factories.certification import make_exam, require
from tests.factories.contracts import make_draft, make_obligation
from tests.factories.deposits import make_deposit
from tests.factories.judgement import judge_night, make_card, make_target
from tests.factories.partners import (
    ALWAYS,
    make_dealer,
    make_partner,
    make_partner_type,
    make_product,
    make_sales_channel,
    make_staff,
    make_territory,
)
from tests.factories.prices import assign, make_formula, make_list, make_promotion
from tests.factories.rebates import make_programme
from tests.factories.revisions import announced
from tests.factories.sales import make_line
from tests.factories.stock import make_level, make_location
from tests.factories.tiers import make_ladder
from tests.factories.workflow import APPROVAL, forget, make_definition, start

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)


def names_of(patterns, prefix=""):
    """Every named pattern below, with the converters of its address."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, tuple(pattern.pattern.converters)


def admin_routes():
    resolver = next(p for p in get_resolver().url_patterns if getattr(p, "namespace", None) == "admin")
    return sorted(set(names_of(resolver.url_patterns)))


def model_of(name):
    """The model of a name like partners_partner_change; None: a page of the site itself."""
    if name.startswith("partner_360"):
        return Partner
    for model in admin.site._registry:
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return model
    return None


def agree_with(partner, product):
    """An agreement with a line, a limit and an entry of it."""
    agreement = agreements.create_agreement(code=f"AG-{partner.code}", name="AG", partner=partner)
    agreed = Agreed(product, "unit_price", Decimal(4), valid_from=date(2026, 1, 1), currency="CNY")
    agreements.agree(agreement=agreement, agreed=agreed, at=NOON)
    usage.set_limit(of=agreement, measure="quantity", cap=Decimal(9))
    usage.reserve(of=agreement, reference="R", quantity=Decimal(1), at=NOON)


def a_home(code):
    """A partner of its own territory with a row in every table that belongs to partners."""
    home = make_territory(code)
    partner = make_partner(code.lower(), home=home, types=[make_partner_type(f"type-{code.lower()}")])
    make_partner(f"{code.lower()}-shop", parent=partner, home=home)
    make_dealer(f"dealer@{code.lower()}.example", partner=partner)
    authorisations.grant_authorisation(
        partner=partner, valid_during=ALWAYS, limits=Limits(territory=home), exclusive=True, at=NOON
    )
    scoped_rows.application(partner)
    scoped_rows.access_request(partner)
    records.write_number(partner=partner, scheme="cn.uscc", number="91110000600037341L")
    records.write_address(partner=partner, kind="registered", text="1 Main Road")
    records.write_contact(partner=partner, role="sales", name="A person")
    records.write_bank_account(partner=partner, number="6222000012345678", holder="H", bank="B", currency="CNY")
    records.write_invoice_details(partner=partner, title="T")
    records.write_licence(partner=partner, kind="business", number="1", valid_during=ALWAYS)
    make_line(partner=partner, booked_on=date(2026, 2, 2))
    make_obligation(make_draft(partner))
    make_deposit(partner, due=100, paid=100)
    scoped_rows.scoped_certification.attempt(partner)
    scoped_rows.scoped_certification.certificate(partner)
    product = Product.objects.get(sku="A-100")
    make_level(make_location(f"W-{code}", partner=partner), product, 5)
    make_target(partner)
    reports.set_due_day(partner=partner, due_day=5, since=date(2026, 1, 1), at=NOON)
    make_line(partner=partner, kind="sell_out", booked_on=date(2026, 2, 2), net_amount="1", product=product)
    return partner


def propose_tiers(*partners):
    """A ladder with something that it brings, and a proposal for each partner."""
    gold, *_ = make_ladder()
    offer_benefit(tier=gold, kind="other", text="X", first_day=date(2026, 1, 1))
    fields = {"kind": "promotion", "to_tier": gold, "rules": gold.rules.get(), "reasons": []}
    for partner in partners:
        TierProposal.objects.create(partner=partner, opened_on=NOON.date(), reviewed_on=NOON.date(), **fields)


@pytest.fixture
def world(monkeypatch):
    """Two territories with everything, and one row of what is nobody's; the manager sees the east only."""
    forget()
    boss = make_staff("boss@maker.example", is_superuser=True)
    make_sales_channel()
    product = make_product("A-100")
    ProductUnit.objects.create(product=product, unit="box", factor=12)
    set_map_price(product=product, currency="CNY", price=Decimal(2), valid_from=date(2026, 1, 1), at=NOON)
    make_card()
    east, west = a_home("EAST"), a_home("WEST")
    StockVisibility.objects.create()
    SuspectedPair.objects.create(
        kind="partners.partner", left_id=east.pk, right_id=west.pk, score=60, steps=[], found_at=NOON
    )
    DuplicateUse.objects.get_or_create(code="partners.entry", defaults={"suspected_from": 50, "same_from": 80})
    listed = make_list("LP", (product, "5"))
    for partner in (east, west):
        assign(make_formula(listed, "0.9"), "partner", partner)
        agree_with(partner, product)
    announced(listed)
    make_promotion("P", product)
    DepositRule.objects.create(currency="CNY", amount=100)
    require(make_exam(), line=product.line)
    propose_tiers(east, west)
    make_programme(earners=[east, west])
    rates.set_rate(currency="USD", to_currency="CNY", month=date(2026, 1, 1), rate=7, at=NOON)
    judge_night(date(2026, 3, 16))
    accrual.accrue(business_day=date(2026, 3, 16))
    client, _secret = api_clients.create_client(name="ERP", partner=None, scopes=["sales:read"])
    ExternalCode.objects.create(feed=client.feed, kind="partner", code="4711", target_id=east.pk)
    viewing.start(user=boss, partner_id=east.pk, at=NOON)
    viewing.stop(user=boss, at=NOON)
    SavedView.objects.create(user=boss, list="partners.partner", name="Mine", query="q=a")
    monkeypatch.setattr(steps, "_steps", {"first": Step("first", "First", lambda **_: None)})
    runs.open_run(business_day=date(2026, 3, 15), steps=steps.every_step(), at=NOON)
    profile = profiles.create_profile(code="csv", name="CSV", importer_name="sales")
    imports.upload(profile=profile, file=ContentFile(b"no,dealer\n1,east\n"), name="a.csv", at=NOON)
    Task.objects.create(kind="x", values={}, key="x", user=boss, partner_id=east.pk, opened_at=NOON)
    Task.objects.create(kind="x", values={}, key="y", user=boss, partner_id=west.pk, opened_at=NOON)
    attention.notify(FIGURES_FINAL, at=NOON, user=boss, month="2026-02")
    definition = make_definition(APPROVAL)
    for partner in (east, west):
        start(definition, record=partner, partner_id=partner.pk, subject=partner.code)
    OnboardingTrack.objects.create(type=PartnerType.objects.first(), definition=definition)
    delegations.delegate(user=boss, to=make_staff(), first=date(2026, 3, 1), last=date(2026, 4, 1), at=NOON)
    EventHandling.objects.create(event=OutboxEvent.objects.first(), handler="x", due_at=NOON, set_aside_at=NOON)
    ids = {"east": east, "west": west}
    manager = make_staff("manager@maker.example", role="manager", permissions=["*"], territories=[])
    StaffScope.objects.create(user=manager, territory=Territory.objects.get(code="EAST"))
    return {"boss": boss, "manager": manager, **ids}


def rows_of(model, world):
    """(east's row, west's row) of a table that belongs to partners; else one row of all, and None."""
    columns = [f.attname for f in model._meta.concrete_fields]
    owner = "id" if model._meta.label_lower == "partners.partner" else "partner_id"
    rows = model._default_manager.order_by("pk")
    if model is Notification:  # everybody sees the own ones only
        rows = rows.filter(user=world["boss"])
    if owner not in columns:
        return rows.first(), None
    mine = rows.filter(**{owner: world["east"].pk}).first()
    return mine or rows.first(), rows.filter(**{owner: world["west"].pk}).first()


def addresses(world, which):
    """(name, address) of every route, filled with the east's or the west's row where it asks for one."""
    for name, arguments in admin_routes():
        if name in ("view_on_site", "app_list"):
            continue
        if not arguments:
            yield name, reverse(f"admin:{name}")
            continue
        model = SavedView if name == "forget_view" else model_of(name)
        if model is None:
            continue
        if name == "partners_staffscope_of":
            row = world["manager"]
        elif name == "core_mappingprofile_columns":
            row = model.objects.first()
        else:
            row = rows_of(model, world)[0 if which == "east" else 1]
        if row is not None:
            yield name, address_of(name, row)


def address_of(name, row):
    """The address of a page of one row; a partner's tab has a name too."""
    return reverse(f"admin:{name}", args=[row.pk, "stock"] if name == "partner_360_tab" else [row.pk])


def status_of(response):
    if response.streaming:
        b"".join(response.streaming_content)  # a file is closed when it was read
    return response.status_code


def statuses(client, world, which="east"):
    return {name: status_of(client.get(address)) for name, address in addresses(world, which)}


def test_strangers_are_sent_to_sign_in_from_every_address(client, world):
    found = statuses(client, world)

    assert {name: status for name, status in found.items() if status not in (302, 405)} == {}
    assert len(found) > 80


def test_dealers_find_nothing_behind_any_address(world):
    dealer = world["east"].memberships.get().user

    found = statuses(logged_in(dealer), world)

    assert {name: status for name, status in found.items() if status not in (302, 405)} == {}


def test_an_administrator_opens_every_address(world):
    found = statuses(logged_in(world["boss"]), world)

    # An append-only table has no form to add or change, nothing is deleted here, and some addresses only take a post.
    odd = {name: status for name, status in found.items() if status not in (200, 302)}
    assert {name: s for name, s in odd.items() if not name.endswith(("_add", "_delete", "_view", "autocomplete"))} == {}
    assert set(odd.values()) <= {403, 404, 405}


def test_a_manager_of_the_east_finds_nothing_of_the_west(world):
    client = logged_in(world["manager"])

    own = statuses(client, world, "east")
    foreign = {name: status_of(client.get(address)) for name, address in _with_row(world)}

    assert own["partners_partner_change"] == own["pricing_rebateaccount_change"] == own["core_task_change"] == 200
    assert {name: status for name, status in foreign.items() if status not in (403, 404)} == {}
    assert {"partners_partner_move", "pricing_salesline_change", "pricing_rebateposting_change"} <= set(foreign)


def _with_row(world):
    """The addresses of the west's own rows: those of nobody's rows are not foreign."""
    for name, arguments in admin_routes():
        model = model_of(name)
        if arguments and model is not None and name != "partners_staffscope_of":
            row = rows_of(model, world)[1]
            if row is not None:
                yield name, address_of(name, row)


def test_no_list_shows_a_row_of_the_west_to_the_manager_of_the_east(world):
    client = logged_in(world["manager"])
    shown = {}
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        response = client.get(reverse(name))
        foreign = rows_of(model, world)[1]
        if response.status_code == 200 and foreign is not None:
            shown[model._meta.label] = foreign in response.context["cl"].result_list
    assert set(shown.values()) == {False}
    assert {"partners.Partner", "partners.Authorisation", "partners.Membership", "pricing.SalesLine"} <= set(shown)


def test_who_only_reads_writes_nothing_by_any_address(world):
    reader = make_staff("auditor@maker.example", role="auditor", permissions=reading())
    client = logged_in(reader)
    written = {}

    for name, address in addresses(world, "east"):
        if name in ("save_view", "forget_view", "logout", "core_notification_read"):
            continue
        with CaptureQueriesContext(connection) as captured:
            status_of(client.post(address, {"name": "changed", "body": "changed", "result": "changed"}))
        said = [str(query["sql"]) for query in captured]
        changed = [sql[:90] for sql in said if WRITES.match(sql) and "django_session" not in sql]
        if changed:
            written[name] = changed

    assert written == {}


def test_a_reader_opens_every_list(world):
    client = logged_in(make_staff("auditor@maker.example", role="auditor", permissions=reading()))

    found = {name: status for name, status in statuses(client, world).items() if name.endswith("_changelist")}

    assert {name: status for name, status in found.items() if status != 200} == {}


WRITES = re.compile(r"(INSERT|UPDATE|DELETE)\b")


def reading():
    return [f"{model._meta.app_label}.view_{model._meta.model_name}" for model in admin.site._registry]


def test_the_routes_of_every_registered_model_are_walked():
    walked = {model_of(name) for name, _arguments in admin_routes()} - {None}

    assert walked == set(admin.site._registry)


def test_no_page_of_a_library_is_shown():
    """Those that libraries bring show tokens and secrets."""
    ours = ("core", "partners", "pricing", "inventory", "performance")

    assert [model._meta.label for model in admin.site._registry if model._meta.app_label not in ours] == []

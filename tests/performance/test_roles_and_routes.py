"""Every address × every role: what each may open, who is told nothing of another area, and who writes nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from channelhub.core.enums.workflow import STEP_WAITS as CASE_STEP
from channelhub.core.models import Role
from channelhub.core.services import attention
from partners.models import CertificationLevel, CourseMaterial, HomeTerritory, Partner, PartnerTier, Product, Territory
from partners.services.reference_data import ROLES as DELIVERED
from performance.enums import FindingKind
from performance.models import Finding, TierProposal, TierRules
from pricing.services.map_prices import set_map_price
from tests.conftest import logged_in
from tests.core import scoped_rows
from tests.core.test_fence_routes import ROUTES
from tests.factories.partners import make_dealer, make_staff, make_territory
from tests.factories.prices import make_list
from tests.performance.portal_routes import OTHERS, others
from tests.performance.route_table import ROLES, expected
from tests.performance.test_admin_routes import (  # noqa: F401 - a fixture
    WRITES,
    addresses,
    admin_routes,
    agree_with,
    status_of,
    statuses,
    world,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
RIGHTS = {code: rights for code, kind, _name, _name_en, rights in DELIVERED if kind == Role.Kind.STAFF}
OF_ALL = {"portal_academy_level": CertificationLevel, "portal_material": CourseMaterial}
NOT_PAGES = {"view_on_site", "app_list"}
PERSONAL = {"save_view", "forget_view", "logout", "core_notification_read"}


def as_role(role):
    """One of the staff with what the release gives this role, whatever a factory gave it before."""
    user = make_staff(f"{role}@maker.example", role=role, permissions=RIGHTS[role])
    user.roles.update(permissions=list(RIGHTS[role]))
    return logged_in(user)


def test_the_table_has_a_row_for_every_address_and_a_column_for_every_role():
    walked = {name for name, _arguments in admin_routes()} - NOT_PAGES

    assert (sorted(walked - set(expected())), sorted(set(expected()) - walked)) == ([], [])
    assert sorted(ROLES) == sorted(RIGHTS)


@pytest.fixture
def unrendered(monkeypatch):
    """Pages are answered without their templates: who may open one is decided before; other tests draw them."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_its_column_says(role, world, unrendered):  # noqa: F811 - the fixture
    found = {name: letter(status) for name, status in statuses(as_role(role), world).items()}

    wanted = {name: letters[role] for name, letters in expected().items()}
    assert found == wanted


def letter(status):
    return "y" if status in (200, 302, 405) else "-"


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_who_only_reads_writes_nothing_by_any_address(role, world):  # noqa: F811
    client, written = as_role(role), {}

    for name, address in addresses(world, "east"):
        if name in PERSONAL:
            continue
        with CaptureQueriesContext(connection) as captured:
            status_of(client.post(address, {"name": "x", "reason": "x", "step": "1", "verdict": "done", "do": "add"}))
        said = [str(query["sql"]) for query in captured]
        changed = [sql[:90] for sql in said if WRITES.match(sql) and "django_session" not in sql]
        if changed:
            written[name] = changed

    assert written == {}


# A manager of the east


@pytest.fixture
def named(world):  # noqa: F811
    """The partners of the west carry names that stand nowhere else."""
    Partner.objects.filter(pk=world["west"].pk).update(name="Xanadu Trading", name_en="Xanadu Trading")
    Partner.objects.filter(code="west-shop").update(name="Xanadu Shop", name_en="Xanadu Shop")
    return world


def content_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_no_page_list_chart_or_file_names_a_partner_of_the_west_to_the_manager_of_the_east(named):
    client, leaks = logged_in(named["manager"]), []
    for name, address in addresses(named, "east"):
        if b"Xanadu" in content_of(client.get(address)):
            leaks.append(name)

    assert leaks == []
    assert b"Xanadu" in content_of(logged_in(named["boss"]).get(reverse("admin:partners_partner_changelist")))


def test_no_search_finds_a_partner_of_the_west_for_the_manager_of_the_east(named):
    client, leaks = logged_in(named["manager"]), []
    searched = [one for one in admin.site._registry.values() if one.search_fields]
    for one in searched:
        address = reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist")
        answer = client.get(address, {"q": "Xanadu"})
        rows = answer.context["cl"].result_list if answer.status_code == 200 and "cl" in answer.context else []
        if rows:
            leaks.append(one.opts.label)
    answer = client.get(reverse("admin:search"), {"s": "xanadu", "extended": "1"})

    assert leaks == []
    assert b"Xanadu" not in content_of(answer)


def files():
    """Lists of partners' rows that give files."""
    return [
        one
        for one in admin.site._registry.values()
        if one.model in scoped_rows.ROWS and getattr(one, "export_fields", ()) and not one.staff_wide_only
    ]


def test_a_file_holds_the_rows_that_its_list_shows_and_no_others(named):
    client, counted = logged_in(named["manager"]), {}
    for one in files():
        name = f"admin:{one.opts.app_label}_{one.opts.model_name}"
        listing = client.get(reverse(f"{name}_changelist")).context["cl"]
        lines = content_of(client.get(reverse(f"{name}_export"), {"format": "csv"})).decode().strip().splitlines()
        counted[one.opts.label] = len(lines) - 1 - listing.result_count

    assert set(counted.values()) == {0}
    assert {"partners.Partner", "pricing.SalesLine", "core.WorkflowCase"} <= set(counted)


def api_lists():
    """Lists of the API whose rows belong to partners."""
    for pattern in plain_patterns():
        model = getattr(getattr(getattr(pattern.callback, "cls", None), "queryset", None), "model", None)
        if pattern.name.endswith("-list") and model in scoped_rows.ROWS:
            yield pattern.name


def test_the_api_answers_the_manager_of_the_east_with_rows_of_the_east_only(named):
    as_manager, as_boss, found = logged_in(named["manager"]), logged_in(named["boss"]), {}
    for name in api_lists():
        rows, everything = (client.get(reverse(name)).json()["results"] for client in (as_manager, as_boss))
        found[name] = (0 < len(rows) < len(everything), "Xanadu" in str(rows))

    assert {leaks for _less, leaks in found.values()} == {False}
    filled = {"api_partner-list", "api_sales_line-list", "api_rebate_posting-list"}
    assert {name for name, (less, _leaks) in found.items() if less} >= filled


# Portal and API


def plain_patterns(patterns=None, prefix=""):
    """Every named pattern beside admin and account."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if address.startswith(("admin/", "account/")):
            continue
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield pattern
        else:
            yield from plain_patterns(pattern.url_patterns, address)


def address_of(pattern, rows):
    """The address with the own row where it asks for one; None: it asks for a row that nobody has."""
    if not pattern.pattern.converters:
        return reverse(pattern.name)
    route = ROUTES.get(pattern.name)
    row = rows.get(route.model) if route else next(iter(pattern_model(pattern).objects.all()[:1]), None)
    keys = [route.kwarg] if route else list(pattern.pattern.converters)
    return None if row is None else reverse(pattern.name, kwargs={keys[0]: row.pk})


def pattern_model(pattern):
    if pattern.name in OF_ALL:
        return OF_ALL[pattern.name]
    return getattr(getattr(getattr(pattern.callback, "cls", None), "queryset", None), "model", Product)


def test_every_address_of_portal_and_api_has_a_row():
    walked = {pattern.name for pattern in plain_patterns()}

    assert (sorted(walked - set(others())), sorted(set(others()) - walked)) == ([], [])


def rows_of_nobody(place):
    """One row of what belongs to no dealer: dealers find none of them, the staff does."""
    [product] = Product.objects.all()
    make_list("LP", (product, "5"))
    agree_with(place.own, product)
    set_map_price(product=product, currency="CNY", price=Decimal(2), valid_from=date(2026, 1, 1), at=NOON)
    Finding.objects.create(
        kind=FindingKind.BELOW_MAP,
        partner=place.own,
        product=product,
        month=date(2026, 3, 1),
        currency="CNY",
        number=1,
        first_seen_at=NOON,
    )
    tier = PartnerTier.objects.get(code="tested")
    rules = TierRules.objects.create(tier=tier, valid_from=NOON.date())
    fields = {"kind": "promotion", "to_tier": tier, "rules": rules, "reasons": []}
    TierProposal.objects.create(partner=place.own, opened_on=NOON.date(), reviewed_on=NOON.date(), **fields)


@pytest.mark.parametrize("who", OTHERS)
def test_portal_and_api_open_for_whom_the_table_says(who):
    place = scoped_rows.World()
    rows_of_nobody(place)
    if who in RIGHTS:
        client = as_role(who)
    elif who == "stranger":
        client = Client()
    else:
        client = logged_in(make_dealer(f"{who}@acme.example", partner=place.own, role=who))
    client.raise_request_exception = False
    found = {}
    for pattern in plain_patterns():
        address = address_of(pattern, place.own_rows)
        if address is not None:
            found[pattern.name] = other_letter(client.get(address))

    assert sorted(set(others()) - set(found)) == []
    assert found == {name: letters[who] for name, letters in others().items() if name in found}


def other_letter(response):
    """y: it opens (or takes a post only); >: led elsewhere, mostly to sign in; -: refused or not there."""
    for close in response._resource_closers:  # the file only: closing the response closes the test's connection
        close()
    if response.status_code in (301, 302):
        return ">"
    if response.status_code >= 500 and response.status_code != 503:
        return "!"
    return "y" if response.status_code in (200, 405) else "-"


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_who_only_reads_writes_nothing_over_the_api(role):
    scoped_rows.World()
    client = as_role(role)
    statuses_of = {
        pattern.name: client.post(reverse(pattern.name), {}, content_type="application/json").status_code
        for pattern in plain_patterns()
        if pattern.name.startswith("api_") and pattern.name.endswith("-list")
    }

    # 400: a question that is asked by a post, such as a price, and was asked badly.
    assert set(statuses_of.values()) <= {400, 403, 405}


def test_the_start_page_names_no_task_about_a_partner_of_the_west_to_the_manager_of_the_east(named):
    manager = named["manager"]
    attention.open_task(
        kind=CASE_STEP,
        key="west",
        at=NOON,
        role="manager",
        about_partner_id=named["west"].pk,
        process={"name": "Xanadu", "name_en": "Xanadu"},
        step={"name": "Xanadu", "name_en": "Xanadu"},
        subject="Xanadu",
    )

    page = logged_in(manager).get("/admin/")

    assert (b"Xanadu" in page.content, page.context["start"].task_count) == (False, 0)


def test_who_views_as_a_dealer_stops_when_the_partner_or_the_right_is_gone(named):
    client = logged_in(named["manager"])
    client.post(reverse("view_as_partner", args=[named["east"].pk]))
    assert client.get("/portal/").status_code == 200

    HomeTerritory.objects.filter(partner=named["east"]).update(territory=Territory.objects.get(code="WEST"))

    assert client.get("/portal/").status_code == 302


def test_a_manager_of_the_east_sets_and_reads_no_target_of_the_west(named):
    west = Territory.objects.get(code="WEST")
    data = {"territory": west.pk, "kpi": "sales", "first": "2026-01-01", "last": "2026-12-31", "currency": "CNY"}
    address = reverse("admin:performance_target_set_target")

    refused = logged_in(named["manager"]).post(address, {**data, "amount": "5", "weight": "1"})

    assert list(refused.context["form"].errors) == ["territory"]
    assert refused.context["preview"] is None


@pytest.mark.parametrize("last", ["9999-12-31", "9999-12-30"])
def test_a_target_until_the_end_of_the_calendar_is_refused_not_an_error(named, last):
    data = {"partner": named["east"].pk, "kpi": "sales", "first": "9999-12-05", "last": last, "currency": "CNY"}

    refused = logged_in(named["boss"]).post(
        reverse("admin:performance_target_set_target"), {**data, "amount": "5", "weight": "1"}
    )

    assert refused.status_code == 200
    assert refused.context["form"].errors


@pytest.mark.parametrize("query", ["to=0001-01", "from=0001-01&to=0001-02", "to=9999-12", "from=2026-13", "to=x"])
def test_the_map_of_provinces_takes_any_address(named, query):
    make_territory("CN")

    assert logged_in(named["boss"]).get(f"{reverse('admin:provinces')}?{query}").status_code == 200

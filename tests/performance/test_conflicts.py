"""Conflicts: what is found, what innocent look-alikes are not, and that judging again changes nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.core.models import ExternalCode, OutboxEvent
from channelhub.core.services import staging
from channelhub.lib.periods import DateRange, date_range
from partners.models import Authorisation
from partners.services.authorisations import Limits, end_authorisation, grant_authorisation
from performance.errors import DecisionNeedsReason, FindingDecided
from performance.models import Finding, FindingLine, SalesReport
from performance.rules.findings import Allowed, Concluded, Sale, judge_minimum, judge_territory
from performance.services import conflicts, findings
from pricing.models import MapPrice, SalesLine
from pricing.services.map_prices import FIELDS, set_map_price, take_map_prices
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner, make_product, make_product_line, make_territory
from tests.factories.sales import make_feed
from tests.factories.threads import WAIT, at_once, wait_for_a_waiter

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 20, 4, tzinfo=UTC)
DAY = date(2026, 3, 16)
SPRING = date_range(date(2026, 3, 1), date(2026, 5, 31))


@pytest.fixture
def place():
    """Two provinces, one with two cities."""
    zhejiang, jiangsu = make_territory("ZJ"), make_territory("JS")
    return {"ZJ": zhejiang, "JS": jiangsu, "HZ": make_territory("HZ", parent=zhejiang)}


@pytest.fixture
def phones():
    line = make_product_line("phones")
    return {"line": line, "product": make_product("P1", line=make_product_line("smart", parent=line))}


@pytest.fixture
def seller(place, phones):
    partner = make_partner("seller")
    grant_authorisation(
        partner=partner,
        valid_during=SPRING,
        at=NOON,
        limits=Limits(territory=place["ZJ"], product_line=phones["line"]),
    )
    return partner


def sold(seller, phones, into, *, amount=100, on=DAY, kind=3, quantity=1, **fields):
    line = line_of(
        seller, booked_on=on, amount=amount, kind=kind, quantity=quantity, product=phones["product"], **fields
    )
    line.sold_into = into
    return record(line)[0]


def night():
    return conflicts.judge(business_day=DAY)


def test_a_sale_into_another_province_is_found_with_its_line_and_net_amount(seller, phones, place):
    line = sold(seller, phones, place["JS"], amount="120.50")

    assert night()["opened"] == 1

    finding = Finding.objects.get()
    assert (finding.kind, finding.partner, finding.month, finding.sold_into) == (
        "outside_territory",
        seller,
        date(2026, 3, 1),
        place["JS"],
    )
    assert (finding.damage, finding.lines, finding.currency, finding.state) == (Decimal("120.5"), 1, "CNY", "open")
    assert finding.evidence.get().line_id == line.pk
    assert OutboxEvent.objects.filter(name="performance.finding.opened").count() == 1


@pytest.mark.parametrize(
    ("into", "fields"),
    [
        pytest.param("ZJ", {}, id="its own province"),
        pytest.param("HZ", {}, id="a city beneath it"),
        pytest.param(None, {}, id="a line that does not say where"),
        pytest.param("ZJ", {"on": date(2026, 3, 1)}, id="the first day of the authorisation"),
        pytest.param("ZJ", {"on": date(2026, 5, 31)}, id="the last day of the authorisation"),
        pytest.param("JS", {"kind": 1}, id="sell-in"),
        pytest.param("JS", {"quantity": -1, "amount": -100}, id="a return"),
    ],
)
def test_innocent_look_alikes_are_not_found(seller, phones, place, into, fields):
    sold(seller, phones, into and place[into], **fields)

    night()

    assert Finding.objects.count() == 0


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 6, 1)])
def test_a_sale_the_day_before_or_after_the_authorisation_is_found(seller, phones, place, day):
    sold(seller, phones, place["ZJ"], on=day)

    assert night()["opened"] == 1


def test_a_place_said_more_coarsely_than_the_authorisation_is_not_judged(phones, place):
    partner = make_partner()
    grant_authorisation(partner=partner, valid_during=SPRING, at=NOON, limits=Limits(territory=place["HZ"]))
    sold(partner, phones, place["ZJ"])

    assert night()["opened"] == 0


def test_a_partner_that_never_had_an_authorisation_is_not_judged(phones, place):
    sold(make_partner(), phones, place["ZJ"])

    assert night()["opened"] == 0


def test_another_product_line_than_the_authorised_is_found(seller, place):
    sold(seller, {"product": make_product("TV")}, place["ZJ"])

    assert night()["opened"] == 1


def test_lines_of_one_month_and_place_are_one_finding_and_a_second_night_adds_nothing(seller, phones, place):
    sold(seller, phones, place["JS"], amount=10)
    night()
    sold(seller, phones, place["JS"], amount=20, on=date(2026, 3, 2))
    sold(seller, phones, place["JS"], amount=40, on=date(2026, 4, 2))

    assert [night()["opened"], night()["opened"]] == [1, 0]
    assert list(Finding.objects.order_by("month").values_list("damage", "lines")) == [(30, 2), (40, 1)]


def test_a_line_that_is_reversed_is_cleared_and_its_finding_withdrawn(seller, phones, place):
    line = sold(seller, phones, place["JS"])
    night()
    record(line_of(seller, booked_on=DAY, amount=-100, quantity=-1, kind=3, product=phones["product"], reverses=line))

    night()

    assert list(Finding.objects.values_list("state", "damage", "lines")) == [("withdrawn", 0, 0)]
    assert FindingLine.objects.get().cleared_at is not None


def test_an_authorisation_dated_back_clears_and_one_cut_short_finds(seller, phones, place):
    sold(seller, phones, place["JS"])
    sold(seller, phones, place["ZJ"], on=date(2026, 4, 10))
    night()
    grant_authorisation(partner=seller, valid_during=SPRING, at=NOON, limits=Limits(territory=place["JS"]))
    cut = Authorisation.objects.get(territory=place["ZJ"])
    end_authorisation(authorisation=cut, last=date(2026, 3, 31), at=NOON)

    night()

    assert list(Finding.objects.order_by("sold_into__code").values_list("sold_into__code", "state", "lines")) == [
        ("JS", "withdrawn", 0),
        ("ZJ", "open", 1),
    ]


def test_a_withdrawn_finding_opens_again_instead_of_a_second_one(seller, phones, place):
    sold(seller, phones, place["JS"])
    night()
    more = grant_authorisation(partner=seller, valid_during=SPRING, at=NOON, limits=Limits(territory=place["JS"]))
    night()
    end_authorisation(authorisation=more, last=date(2026, 3, 1), at=NOON)

    night()

    assert list(Finding.objects.values_list("state", "damage", "lines")) == [("open", 100, 1)]


def test_what_was_decided_stays_and_new_lines_open_another_finding(seller, phones, place, staff):
    sold(seller, phones, place["JS"])
    night()
    findings.decide(finding=Finding.objects.get(), confirmed=False, reason="Fair at the border", by=staff, at=NOON)
    sold(seller, phones, place["JS"], amount=5)

    night()

    assert list(Finding.objects.order_by("number").values_list("number", "state", "damage")) == [
        (1, "dismissed", 100),
        (2, "open", 5),
    ]


def test_a_decision_needs_a_reason_and_is_taken_once(seller, phones, place, staff):
    sold(seller, phones, place["JS"])
    night()
    finding = Finding.objects.get()

    with pytest.raises(DecisionNeedsReason):
        findings.decide(finding=finding, confirmed=True, reason=" ", by=staff, at=NOON)
    decided = findings.decide(finding=finding, confirmed=True, reason="Seen", by=staff, at=NOON)
    with pytest.raises(FindingDecided):
        findings.decide(finding=finding, confirmed=False, reason="No", by=staff, at=NOON)

    assert (decided.state, decided.reason, decided.decided_by) == ("confirmed", "Seen", staff)


# The minimum advertised price


@pytest.fixture
def minimum(phones):
    return set_map_price(product=phones["product"], currency="CNY", price=50, valid_from=date(2026, 3, 1), at=NOON)


def test_a_price_below_the_minimum_is_found_with_the_difference(acme, phones, minimum):
    sold(acme, phones, None, amount="149.10", quantity=3)

    night()

    finding = Finding.objects.get()
    assert (finding.kind, finding.product, finding.damage) == ("below_map", phones["product"], Decimal("0.9"))
    assert finding.evidence.get().limit == 50


@pytest.mark.parametrize(
    ("amount", "fields"),
    [
        pytest.param(150, {}, id="exactly the minimum"),
        pytest.param(30, {"on": date(2026, 2, 28)}, id="the day before it"),
        pytest.param(30, {"currency": "USD"}, id="another currency"),
        pytest.param(30, {"kind": 2}, id="sell-through"),
        pytest.param(-30, {"quantity": -3}, id="a return"),
    ],
)
def test_innocent_prices_are_not_found(acme, phones, minimum, amount, fields):
    sold(acme, phones, None, amount=amount, **{"quantity": 3, **fields})

    night()

    assert Finding.objects.count() == 0


def test_from_the_day_without_a_minimum_nothing_is_below_it(acme, phones, minimum):
    set_map_price(product=phones["product"], currency="CNY", price=None, valid_from=date(2026, 3, 10), at=NOON)
    sold(acme, phones, None, amount=1, on=date(2026, 3, 9))
    sold(acme, phones, None, amount=1, on=date(2026, 3, 10))

    night()

    assert Finding.objects.get().lines == 1


def test_a_corrected_minimum_judges_old_lines_again(acme, phones, minimum):
    sold(acme, phones, None, amount=45)
    night()
    set_map_price(product=phones["product"], currency="CNY", price=48, valid_from=date(2026, 3, 1), at=NOON)
    night()
    assert Finding.objects.get().damage == 3
    set_map_price(product=phones["product"], currency="CNY", price=40, valid_from=date(2026, 3, 1), at=NOON)

    night()

    assert list(Finding.objects.values_list("state", "damage")) == [("withdrawn", 0)]


def test_a_minimum_from_a_later_day_leaves_what_was_found_before_that_day(acme, phones, minimum):
    sold(acme, phones, None, amount=45, on=date(2026, 3, 5))
    sold(acme, phones, None, amount=45, on=date(2026, 3, 20))
    night()
    set_map_price(product=phones["product"], currency="CNY", price=40, valid_from=date(2026, 3, 10), at=NOON)

    night()

    assert list(Finding.objects.values_list("state", "damage", "lines")) == [("open", 5, 1)]


def test_a_minimum_brought_in_twice_by_your_code_and_by_ours_is_taken_once(phones):
    feed = make_feed("shop")
    ExternalCode.objects.create(feed=feed, kind="product", code="4711", target_id=phones["product"].pk)
    row = {"currency": "CNY", "price": "50", "valid_from": "2026-03-01"}
    source = staging.stage("staged_map", FIELDS, [{**row, "product": "4711"}, {**row, "product": "P1"}])

    taken = take_map_prices(source, feed_id=feed.pk, at=NOON)

    assert (taken.taken, taken.rejected, MapPrice.objects.count()) == (1, 1, 1)
    assert [(error.row, error.rule) for error in staging.rejected_rows()] == [(2, "twice_in_file")]


@pytest.mark.django_db(transaction=True)
def test_an_authorisation_changed_while_the_night_judges_is_judged_by_the_next_one(seller, phones, place):
    record(line_of(seller, booked_on=DAY, amount=1, kind=3))
    night()
    sold(seller, phones, place["HZ"])
    held = Event()

    def cut_short():
        with transaction.atomic():
            SalesReport.objects.filter(partner=seller).update(received_on=F("received_on"))
            held.set()
            wait_for_a_waiter()
            Authorisation.objects.filter(partner=seller).update(
                valid_during=date_range(date(2026, 3, 1), date(2026, 3, 9))
            )

    def judge():
        """Looks which authorisations have changed, then waits for the report's row."""
        held.wait(WAIT)
        night()

    at_once(cut_short, judge)
    assert Finding.objects.count() == 0

    night()

    assert Finding.objects.get().kind == "outside_territory"


def test_very_many_lines_are_read_from_the_ledger_itself(acme, seller, phones, place, minimum, monkeypatch):
    monkeypatch.setattr(conflicts, "COPIED_LINES", 0)
    sold(seller, phones, place["JS"], amount=10)

    night()

    assert sorted(Finding.objects.values_list("kind", flat=True)) == ["below_map", "outside_territory"]


# The statements and the rule agree

DAYS = st.integers(0, 6).map(lambda count: DAY + timedelta(days=count))
PLACES = st.sampled_from(["ZJ", "JS", "HZ", None])
LINES = st.sampled_from(["phones", "smart", None])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    allowed=st.lists(st.tuples(PLACES, LINES, DAYS, st.integers(1, 5)), max_size=3),
    sales=st.lists(st.tuples(PLACES, DAYS, st.sampled_from([1, 2, 3]), st.sampled_from([-1, 1, 2])), max_size=5),
)
def test_the_night_finds_what_the_rule_says(phones, place, allowed, sales):
    seller = make_partner()
    lines = {"phones": phones["line"], "smart": phones["product"].line, None: None}
    price = set_map_price(product=phones["product"], currency="CNY", price=70, valid_from=DAY, at=NOON).price
    for where, line, first, days in allowed:
        limits = Limits(territory=where and place[where], product_line=lines[line])
        grant_authorisation(
            partner=seller, valid_during=DateRange(first, first + timedelta(days=days)), at=NOON, limits=limits
        )
    recorded = [
        sold(seller, phones, where and place[where], on=on, kind=kind, quantity=count)
        for where, on, kind, count in sales
    ]

    night()

    found = {(e.line_id, e.kind): e.damage for e in FindingLine.objects.filter(finding__partner=seller)}
    assert found == {
        (line.pk, kind): step.damage
        for line in recorded
        for kind, step in _expected(seller, line, price)
        if step.damage
    }


def _expected(seller, line, price):
    into = line.sold_into
    sale = Sale(
        day=line.booked_on,
        kind=line.kind,
        line_path=line.product.line.path,
        sold_into=into and into.path,
        quantity=line.quantity,
        net_amount=line.net_amount,
        currency=line.currency,
    )
    rows = Authorisation.objects.filter(partner=seller)
    allowed = [
        Allowed(row.pk, row.territory_path, row.line_path, row.valid_during.lower, row.valid_during.upper)
        for row in rows
    ]
    verdicts = {
        "outside_territory": judge_territory(sale, allowed)[-1],
        "below_map": judge_minimum(sale, price if line.booked_on >= DAY else None)[-1],
    }
    return [(kind, step) for kind, step in verdicts.items() if isinstance(step, Concluded)]


def test_every_line_judged_is_marked_by_its_batch(seller, phones, place):
    line = sold(seller, phones, place["JS"])

    night()

    assert SalesLine.objects.get(pk=line.pk).batch.judged_at is not None

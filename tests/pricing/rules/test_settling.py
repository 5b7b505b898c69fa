from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.rules import settling
from pricing.rules.rebates import Band, Terms, Turnover, rebate_earned
from pricing.rules.settling import CAUSES, Facts, Manual, Measure, Rate, Version, due, earned, split
from tests.pricing.rules.strategies import MONTHS, facts_of_one_account, measures, terms_of_all_kinds

JAN, FEB, MAR, APR = MONTHS[:4]
STEEP = Terms(
    "retrospective",
    "amount",
    "percent",
    [Band(Decimal(0), Decimal("0.10")), Band(Decimal(1000), Decimal("0.25"))],
    "CNY",
)


def row(cause, known_in, amount, *, currency="CNY", version=1):
    return Measure(version, currency, JAN, cause, known_in, Decimal(amount), Decimal(0))


def account(*rows, versions=None, **more):
    versions = versions or [Version(1, JAN, JAN, STEEP)]
    return Facts("CNY", JAN, member_in=JAN, opened_in=JAN, versions=versions, measures=rows, **more)


def parts(month_parts):
    return {cause: str(amount) for cause, amount in month_parts.items()}


def test_a_sale_a_return_and_a_sale_of_one_month_are_split_the_same_however_the_nights_fell():
    facts = account(row("sales", JAN, 1200), row("returns", JAN, -400), row("sales", JAN, 300))

    assert parts(split(facts)[JAN]) == {"sales": "375.00", "returns": "-100.00"}


def test_what_was_known_before_is_corrected_before_new_sales_are_counted():
    facts = account(row("sales", JAN, 0), row("moves", FEB, 900), row("sales", FEB, 600))

    assert parts(split(facts)[FEB]) == {"moves": "90.00", "sales": "285.00"}


def test_a_new_version_is_a_cause_of_its_own():
    cheap = replace(STEEP, bands=[Band(Decimal(0), Decimal("0.01"))])
    facts = account(
        row("sales", JAN, 1000),
        row("sales", JAN, 1000, version=2),
        row("sales", MAR, 500, version=1),
        row("sales", MAR, 500, version=2),
        versions=[Version(1, JAN, JAN, STEEP), Version(2, JAN, MAR, cheap)],
    )

    assert {m: parts(p) for m, p in split(facts).items()} == {
        JAN: {"sales": "250.00"},
        MAR: {"version": "-240.00", "sales": "5.00"},
    }


def test_an_ended_programme_takes_back_what_it_gave_for_periods_from_its_end_on():
    facts = account(row("sales", JAN, 1000), versions=[Version(1, JAN, JAN, STEEP), Version(2, JAN, FEB, None)])

    assert parts(split(facts)[FEB]) == {"version": "-250.00"}


def test_a_version_of_a_later_period_does_not_rule_an_earlier_one():
    facts = account(row("sales", JAN, 1000), versions=[Version(1, JAN, JAN, STEEP), Version(2, APR, JAN, None)])

    assert parts(split(facts)[JAN]) == {"sales": "250.00"}


def test_an_amount_without_a_rate_waits_for_one_and_a_corrected_rate_is_a_cause():
    rates = [Rate(1, "USD", JAN, FEB, Decimal(7)), Rate(2, "USD", JAN, MAR, Decimal(8))]
    facts = account(row("sales", JAN, 100, currency="USD"), rates=rates)

    assert {m: parts(p) for m, p in split(facts).items()} == {FEB: {"rates": "70.00"}, MAR: {"rates": "10.00"}}


def test_a_month_uses_its_own_rate_or_the_latest_earlier_one():
    rates = [Rate(1, "USD", date(2025, 12, 1), JAN, Decimal(6)), Rate(2, "USD", FEB, JAN, Decimal(9))]

    assert settling.rate_in_force(rates, currency="USD", month=JAN, known_by=JAN) == rates[0]
    assert settling.rate_in_force(rates, currency="USD", month=APR, known_by=JAN) == rates[1]


def test_a_guarantee_is_earned_without_a_single_line():
    guaranteed = replace(STEEP, floor=Decimal(50))
    facts = replace(account(versions=[Version(1, JAN, JAN, guaranteed)]), opened_in=FEB)

    assert {m: parts(p) for m, p in split(facts).items()} == {FEB: {"version": "50.00"}}


def test_nobody_earns_before_the_membership_is_known():
    facts = replace(account(row("sales", JAN, 1000)), member_in=None)

    assert split(facts) == {}


def test_a_manual_amount_is_added_after_the_formula():
    facts = account(row("sales", JAN, 100), manuals=[Manual(Decimal("-3.50"), FEB)])

    assert {m: parts(p) for m, p in split(facts).items()} == {JAN: {"sales": "10.00"}, FEB: {"manual": "-3.50"}}


def test_what_is_due_is_booked_in_the_first_open_month_unless_its_own_is_open():
    posted = {JAN: {"sales": Decimal(10)}}
    wanted = {JAN: {"sales": Decimal(12)}, APR: {"sales": Decimal(5)}}

    found = due(earned_by=wanted, posted=posted, first_open=MAR)

    assert [(d.known_in, d.booked_in, d.amount) for d in found] == [(JAN, MAR, Decimal(2)), (APR, APR, Decimal(5))]


def test_causes_that_changed_and_cancel_to_zero_are_due_all_the_same():
    posted = {JAN: {"sales": Decimal(10)}}

    found = due(earned_by={JAN: {"late": Decimal(10)}}, posted=posted, first_open=JAN)

    assert [(d.amount, d.parts["sales"], d.parts["late"]) for d in found] == [(Decimal(0), Decimal(-10), Decimal(10))]


@given(facts_of_one_account())
def test_the_parts_telescope_to_what_is_known_today(facts):
    last = MONTHS[-1]
    version = settling.ruling(facts, last)
    expected = sum((m.amount for m in facts.manuals), Decimal(0))
    if version is not None and version.terms is not None:
        rows = [m for m in facts.measures if m.version == version.id]
        sums = defaultdict(Decimal)
        for measure in rows:
            sums[measure.currency, measure.rate_month] += measure.amount
        quantity = sum((m.quantity for m in rows), Decimal(0))
        expected += rebate_earned(turnover=settling.turnover(sums, quantity, facts, last), terms=version.terms)

    assert earned(facts) == expected


@given(facts_of_one_account())
def test_what_was_posted_is_never_posted_again(facts):
    wanted = split(facts)

    assert due(earned_by=wanted, posted=wanted, first_open=MONTHS[-1]) == []


@given(terms_of_all_kinds(floor=False), st.lists(measures([1]), max_size=8))
def test_everything_returned_is_zero(terms, rows):
    back = [
        m._replace(cause="returns", known_in=max(m.known_in, MAR), amount=-m.amount, quantity=-m.quantity) for m in rows
    ]
    facts = account(*rows, *back, versions=[Version(1, JAN, JAN, terms)], rates=[Rate(1, "USD", JAN, JAN, Decimal(7))])

    assert earned(facts) == Decimal(0)


@given(facts_of_one_account(), st.data())
def test_any_two_cuts_into_nights_post_the_same_sums(facts, data):
    """Rows arrive in the order in which they become known; a night sees a prefix and posts what is due."""
    arriving = sorted(facts.measures, key=lambda m: m.known_in)

    def posted_over(nights):
        posted = defaultdict(lambda: defaultdict(Decimal))
        for seen in nights:
            wanted = split(replace(facts, measures=arriving[:seen]))
            for posting in due(earned_by=wanted, posted=posted, first_open=MONTHS[0]):
                for cause, amount in posting.parts.items():
                    posted[posting.known_in][cause] += amount
        return {(m, c): a for m, by_cause in posted.items() for c, a in by_cause.items() if a}

    cuts = st.lists(st.integers(0, len(arriving)), max_size=4).map(lambda cut: [*sorted(cut), len(arriving)])

    assert posted_over(data.draw(cuts)) == posted_over(data.draw(cuts))


def test_the_causes_are_in_the_order_of_the_split():
    assert CAUSES == ("version", "rates", "moves", "sales", "late", "returns", "manual")


def test_the_turnover_of_no_lines_is_nothing():
    assert settling.turnover({}, Decimal(0), account(), JAN) == Turnover(Decimal(0), Decimal(0))


@pytest.mark.parametrize(("known_in", "expected"), [(JAN, MAR), (MAR, MAR), (APR, APR)])
def test_the_booked_month_is_never_closed(known_in, expected):
    assert settling.booked_in(known_in, first_open=MAR) == expected

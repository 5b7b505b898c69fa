from datetime import date
from decimal import Decimal

import pytest

from channelhub.core.services.fence import Standing, fenced
from pricing.models import RebateAccount
from pricing.rules.explaining import Changed, Counted, Given, NotEarning, RuledBy, Summed
from pricing.rules.rebates import BandReached, SliceEarned
from pricing.selectors import statements
from pricing.services import accrual, members, months, programmes, rates, rollup
from pricing.services import statements as dealer_statements
from tests.factories.ledger import line_of, record, sell
from tests.factories.partners import make_partner
from tests.factories.rebates import make_programme, make_terms
from tests.pricing.histories import noon

JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)
LATE_JAN, EARLY_FEB = date(2026, 1, 20), date(2026, 2, 3)


def night(day=EARLY_FEB):
    rollup.roll_up(business_day=day)
    accrual.accrue(business_day=day)


def the_account(**of):
    return RebateAccount.objects.get(**of)


def test_the_accounts_of_an_earner_show_their_sums_by_cause_the_latest_period_first(acme, other_partner):
    programme = make_programme(earners=[acme, other_partner], period="month")
    record(line_of(acme, booked_on=LATE_JAN, amount="100"), line_of(acme, booked_on=EARLY_FEB, amount="50"))
    sell(other_partner, booked_on=LATE_JAN, amount="9000")
    night()

    rows = statements.accounts_of(acme.pk)

    assert [(r.programme, r.period.name, r.amount, r.parts["sales"]) for r in rows] == [
        (programme, "2026-02", Decimal(5), Decimal(5)),
        (programme, "2026-01", Decimal(10), Decimal(10)),
    ]


def test_postings_are_summed_by_the_months_they_were_known_and_booked_in(acme):
    make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)
    sell(acme, booked_on=LATE_JAN, amount="30")
    night()

    rows = statements.months_of(the_account())

    assert [(r.known_in, r.booked_in, r.amount, r.parts["late"]) for r in rows] == [
        (JAN, JAN, Decimal(10), Decimal(0)),
        (FEB, FEB, Decimal(3), Decimal(3)),
    ]


def test_why_an_amount_is_told_in_typed_steps(acme):
    programme = make_programme(earners=[acme], terms=make_terms((0, "0.10"), (1000, "0.20"), method="incremental"))
    rates.set_rate(currency="USD", to_currency="CNY", month=JAN, rate=Decimal(7), at=noon(LATE_JAN))
    record(
        line_of(acme, booked_on=LATE_JAN, amount="500"),
        line_of(acme, booked_on=LATE_JAN, amount="100", currency="USD"),
        line_of(acme, booked_on=LATE_JAN, amount="100", currency="EUR"),
    )
    members.record_manual_amount(
        programme=programme, partner=acme, period_on=JAN, month=JAN, amount=Decimal(5), reason="goodwill"
    )
    night()

    found = statements.why(the_account())

    assert found.amount == Decimal(145)
    assert [type(step) for step in found.steps] == [
        RuledBy, Counted, Counted, Counted, Summed, BandReached, SliceEarned, SliceEarned, Given, Changed, Changed
    ]  # fmt: skip
    assert [(s.currency, s.rate, s.converted) for s in found.steps if isinstance(s, Counted)] == [
        ("CNY", Decimal(1), Decimal(500)),
        ("EUR", None, Decimal(0)),
        ("USD", Decimal(7), Decimal(700)),
    ]
    assert [(s.cause, s.amount) for s in found.steps if isinstance(s, Changed)] == [
        ("sales", Decimal(140)),
        ("manual", Decimal(5)),
    ]


def test_why_nothing_is_earned_is_told_as_well(acme):
    programme = make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    night()
    programmes.end_programme(programme=programme, valid_from=JAN, at=noon(EARLY_FEB))
    night()

    found = statements.why(the_account())

    assert (found.amount, found.steps[0]) == (Decimal(0), NotEarning("ended"))
    assert statements.lines_behind(the_account()) == []


def test_the_lines_behind_an_account_carry_shares_that_add_up(acme):
    make_programme(earners=[acme], terms=make_terms((0, "0.033"), (1000, "0.05")))
    first, second, third = record(
        line_of(acme, booked_on=LATE_JAN, amount="46.80"),
        line_of(acme, booked_on=LATE_JAN, amount="900"),
        line_of(acme, booked_on=EARLY_FEB, amount="200"),
    )
    sell(acme, booked_on=EARLY_FEB, amount="-46.80", quantity=-1, returns=first)
    night()

    found = statements.lines_behind(the_account())

    assert [(row.line.pk, row.cause, row.share) for row in found] == [
        (first.pk, "sales", Decimal("1.54")),
        (second.pk, "sales", Decimal("29.70")),
        (third.pk, "sales", Decimal("26.10")),
        (found[3].line.pk, "returns", Decimal("-2.34")),
    ]
    assert sum(row.share for row in found) == statements.accounts_of(acme.pk)[0].amount


def test_a_line_without_a_rate_stands_behind_its_account_without_an_amount(acme):
    make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100", currency="USD")
    night()

    assert [(row.amount, row.share) for row in statements.lines_behind(the_account())] == [(None, Decimal(0))]


def test_lines_of_the_subtree_stand_behind_the_earners_account_as_they_came_and_went(acme):
    from partners.services.placements import move_partner

    shop = make_partner(parent=acme)
    make_programme(earners=[acme], scope="subtree")
    own, below = record(line_of(acme, booked_on=LATE_JAN, amount="100"), line_of(shop, booked_on=LATE_JAN, amount="40"))
    months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)
    move_partner(partner=shop, parent=None, first_day=JAN, at=noon(EARLY_FEB))
    night()

    found = statements.lines_behind(the_account())

    assert [(row.line.pk, row.known_in, row.cause, row.share) for row in found] == [
        (own.pk, JAN, "sales", Decimal(10)),
        (below.pk, JAN, "sales", Decimal(4)),
        (below.pk, FEB, "moves", Decimal(-4)),
    ]
    assert sum(row.share for row in found) == statements.accounts_of(acme.pk)[0].amount


def test_a_dealer_is_answered_from_all_facts_for_what_it_fetched_behind_the_fence(acme):
    make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    night()

    with fenced(Standing(acme.pk, (acme.pk,))):
        account = RebateAccount.objects.get()
        rows = dealer_statements.accounts_of(partner_id=acme.pk)
        why = dealer_statements.why(account=account)
        lines = dealer_statements.lines_behind(account=account)
        known = dealer_statements.months_of(account=account)

    assert (rows[0].amount, why.amount, lines[0].share, known[0].amount) == (Decimal(10),) * 4


@pytest.mark.parametrize("others", [1, 3])
def test_the_statement_costs_the_same_however_many_accounts(acme, others, django_assert_num_queries):
    for _ in range(others):
        make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    night()

    with django_assert_num_queries(2):
        assert len(statements.accounts_of(acme.pk)) == others

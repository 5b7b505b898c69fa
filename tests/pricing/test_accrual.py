from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from channelhub.core.models import AccountingMonth
from pricing.errors import MonthIsClosed, MonthNotOver
from pricing.models import RebateAccount, RebatePosting, TouchedAccount
from pricing.rules import settling
from pricing.services import accrual, months, rates, rollup
from tests.factories.ledger import line_of, record, sell
from tests.factories.rebates import make_programme, make_terms, publish
from tests.pricing.histories import noon

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
LATE_JAN = date(2026, 1, 20)
EARLY_FEB = date(2026, 2, 3)


def night(day=EARLY_FEB, chunk=None):
    rollup.roll_up(business_day=day)
    return accrual.accrue(business_day=day, chunk=chunk)


def postings(**of):
    rows = RebatePosting.objects.filter(**of).order_by("account", "number")
    return [
        (p.number, p.known_in, p.booked_in, *(str(part.normalize()) for part in (p.by_sales, p.by_late, p.by_returns)))
        for p in rows
    ]


def test_a_night_posts_what_the_lines_earn_and_a_second_one_nothing(acme):
    make_programme(earners=[acme])
    record(line_of(acme, booked_on=LATE_JAN, amount="100"), line_of(acme, booked_on=EARLY_FEB, amount="50"))

    assert night() == {"accounts": 1, "postings": 2, "failed": 0}
    assert night() == {"accounts": 0, "postings": 0, "failed": 0}
    assert postings() == [(1, JAN, JAN, "1E+1", "0", "0"), (2, FEB, FEB, "5", "0", "0")]


def test_looking_at_every_account_again_posts_nothing(acme):
    make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    night()

    accrual.touch_all()

    assert accrual.accrue(business_day=EARLY_FEB) == {"accounts": 1, "postings": 0, "failed": 0}


def test_a_line_known_after_its_month_was_closed_is_late_and_booked_in_the_first_open_month(acme):
    make_programme(earners=[acme])
    months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)
    sell(acme, booked_on=LATE_JAN, amount="100")

    night()

    assert postings() == [(1, FEB, FEB, "0", "1E+1", "0")]


def test_a_return_counts_in_the_period_of_what_was_sold(acme):
    make_programme(earners=[acme])
    sold = sell(acme, booked_on=LATE_JAN, amount="100")
    sell(acme, booked_on=date(2026, 4, 2), amount="-100", quantity=-1, returns=sold)

    night(date(2026, 4, 3))

    account = RebateAccount.objects.get(period_on=JAN)
    assert postings(account=account) == [
        (1, JAN, JAN, "1E+1", "0", "0"),
        (2, APR, APR, "0", "0", "-1E+1"),
    ]


def test_a_reversal_before_the_close_cancels_inside_sales_and_after_it_is_late(acme):
    make_programme(earners=[acme])
    wrong, also_wrong = record(
        line_of(acme, booked_on=LATE_JAN, amount="100"), line_of(acme, booked_on=LATE_JAN, amount="50")
    )
    sell(acme, booked_on=LATE_JAN, amount="-100", reverses=wrong)
    months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)
    sell(acme, booked_on=LATE_JAN, amount="-50", reverses=also_wrong)

    night()

    assert postings() == [(1, JAN, JAN, "5", "0", "0"), (2, FEB, FEB, "0", "-5", "0")]


def test_a_guarantee_is_posted_without_a_single_line_once_the_period_has_begun(acme):
    make_programme(earners=[acme], terms=make_terms(floor=Decimal(50)), period="month")

    night(LATE_JAN)
    assert list(RebatePosting.objects.values_list("account__period_on", "by_version")) == [(JAN, Decimal(50))]

    night(EARLY_FEB)
    assert list(RebatePosting.objects.order_by("pk").values_list("account__period_on", "amount")) == [
        (JAN, Decimal(50)),
        (FEB, Decimal(50)),
    ]


def test_new_terms_for_a_settled_period_are_a_correction_with_its_own_cause(acme):
    programme = make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)
    publish(programme, terms=make_terms((0, "0.04")), at=noon(EARLY_FEB))

    night()

    last = RebatePosting.objects.order_by("number").last()
    assert (last.known_in, last.booked_in, last.by_version, last.amount) == (FEB, FEB, Decimal(-6), Decimal(-6))


def test_a_corrected_rate_is_a_correction_with_its_own_cause(acme):
    make_programme(earners=[acme])
    rates.set_rate(currency="USD", to_currency="CNY", month=JAN, rate=Decimal(7), at=noon(LATE_JAN))
    sell(acme, booked_on=LATE_JAN, amount="100", currency="USD")
    months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)
    rates.set_rate(currency="USD", to_currency="CNY", month=JAN, rate=Decimal(8), at=noon(EARLY_FEB))

    night()

    last = RebatePosting.objects.order_by("number").last()
    assert (last.known_in, last.by_rates, last.amount) == (FEB, Decimal(10), Decimal(10))


def test_accrual_in_chunks_of_partners_settles_each_once(acme, other_partner):
    make_programme(earners=[acme, other_partner])
    record(line_of(acme, booked_on=LATE_JAN, amount="100"), line_of(other_partner, booked_on=LATE_JAN, amount="50"))
    rollup.roll_up(business_day=EARLY_FEB)

    first = accrual.accrue(business_day=EARLY_FEB, chunk=(acme.pk, acme.pk))
    rest = accrual.accrue(business_day=EARLY_FEB)

    assert (first["accounts"], rest["accounts"]) == (1, 1)
    assert RebatePosting.objects.count() == 2


def test_a_failing_account_stays_queued_and_fails_its_chunk(acme, monkeypatch):
    make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    rollup.roll_up(business_day=EARLY_FEB)

    def fail(facts):
        raise ArithmeticError

    with monkeypatch.context() as broken:
        broken.setattr(settling, "split", fail)
        with pytest.raises(ArithmeticError):
            accrual.accrue(business_day=EARLY_FEB)

    assert accrual.accrue(business_day=EARLY_FEB)["postings"] == 1


def test_a_close_leaves_a_failing_account_behind_and_books_it_later(acme, other_partner, monkeypatch):
    make_programme(earners=[acme, other_partner])
    record(line_of(acme, booked_on=LATE_JAN, amount="100"), line_of(other_partner, booked_on=LATE_JAN, amount="50"))
    split = settling.split

    def fail_for_acme(facts):
        if any(measure.amount == Decimal(100) for measure in facts.measures):
            raise ArithmeticError
        return split(facts)

    with monkeypatch.context() as broken:
        broken.setattr(settling, "split", fail_for_acme)
        closed = months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)

    assert (closed["postings"], closed["failed"]) == (1, 1)
    assert TouchedAccount.objects.count() == 1
    night()
    assert postings(partner=acme) == [(1, JAN, FEB, "1E+1", "0", "0")]


def test_a_close_settles_what_waits_in_the_same_transaction(acme, staff):
    make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")

    months.close_month(month=JAN, at=noon(EARLY_FEB), by=staff)

    assert postings() == [(1, JAN, JAN, "1E+1", "0", "0")]
    month = AccountingMonth.objects.get(month=JAN)
    assert (month.closed_at, month.closed_by) == (noon(EARLY_FEB), staff)


def test_a_month_that_is_not_over_is_not_closed(db):
    with pytest.raises(MonthNotOver) as refusal:
        months.close_month(month=JAN, at=noon(date(2026, 1, 31)), by=None)

    assert refusal.value.code == "month_not_over"


def test_a_closed_month_is_not_closed_again_nor_any_before_it(db):
    months.close_month(month=FEB, at=noon(MAR), by=None)

    for month in (FEB, JAN):
        with pytest.raises(MonthIsClosed):
            months.close_month(month=month, at=noon(MAR), by=None)


def posting(acme, **fields):
    programme = make_programme(earners=[acme])
    account = RebateAccount.objects.create(
        programme=programme, partner=acme, period_on=JAN, period_ends=date(2026, 4, 1), currency="CNY"
    )
    parts = dict.fromkeys(("by_version", "by_rates", "by_moves", "by_late", "by_returns", "by_manual"), Decimal(0))
    defaults = {"number": 1, "known_in": JAN, "booked_in": JAN, "run_on": JAN, "by_sales": 1, "amount": 1}
    return RebatePosting(**{"account": account, "partner": acme, "currency": "CNY", **parts, **defaults, **fields})


def test_nothing_is_booked_in_a_closed_month(acme):
    months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)

    with pytest.raises(IntegrityError, match="open accounting month"), transaction.atomic():
        posting(acme).save()


def test_nothing_is_booked_in_a_month_without_a_row_to_lock(acme):
    with pytest.raises(IntegrityError, match="open accounting month"), transaction.atomic():
        posting(acme).save()


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"amount": 2}, "pricing_posting_amount_is_the_sum_of_its_parts"),
        ({"known_in": FEB}, "pricing_posting_booked_when_known_or_later"),
    ],
)
def test_a_posting_that_contradicts_itself_is_refused(acme, wrong, name):
    AccountingMonth.objects.create(month=JAN)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        posting(acme, **wrong).save()


def test_a_posting_belongs_to_the_partner_of_its_account(acme, other_partner):
    AccountingMonth.objects.create(month=JAN)

    with pytest.raises(IntegrityError, match="partner of its account"), transaction.atomic():
        posting(acme, partner=other_partner).save()


def test_a_posting_has_a_number_of_its_own_in_its_account(acme):
    AccountingMonth.objects.create(month=JAN)
    first = posting(acme)
    first.save()
    first.pk = None

    with pytest.raises(IntegrityError, match="pricing_postings_numbered_per_account"), transaction.atomic():
        first.save(force_insert=True)


def test_postings_are_never_changed_or_deleted(acme):
    make_programme(earners=[acme])
    sell(acme, booked_on=LATE_JAN, amount="100")
    night()

    for change in (lambda: RebatePosting.objects.update(amount=0), RebatePosting.objects.all().delete):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()

from datetime import date
from decimal import Decimal

import pytest
from django.db import InternalError, transaction

from pricing.models import RebateMeasure, SalesBatch, SalesMonth, SalesMonthLine, TouchedAccount
from pricing.services import rollup
from tests.factories.ledger import line_of, record, sell
from tests.factories.partners import make_product, make_product_line, make_territory
from tests.factories.rebates import make_programme

JAN, FEB = date(2026, 1, 15), date(2026, 2, 3)


def night(day=FEB):
    return rollup.roll_up(business_day=day)


def test_lines_are_summed_by_partner_month_kind_and_currency(acme, other_partner):
    record(
        line_of(acme, booked_on=JAN, amount="10.50", quantity=2),
        line_of(acme, booked_on=JAN, amount="4.25", quantity=1),
        line_of(acme, booked_on=JAN, amount="7", currency="USD"),
        line_of(acme, booked_on=FEB, amount="1", kind=3),
        line_of(other_partner, booked_on=FEB, amount="2"),
    )

    night()

    rows = SalesMonth.objects.order_by("partner", "month", "kind", "currency")
    assert list(rows.values_list("partner", "month", "kind", "currency", "amount", "quantity", "lines")) == [
        (acme.pk, date(2026, 1, 1), 1, "CNY", Decimal("14.75"), Decimal(3), 2),
        (acme.pk, date(2026, 1, 1), 1, "USD", Decimal(7), Decimal(1), 1),
        (acme.pk, date(2026, 2, 1), 3, "CNY", Decimal(1), Decimal(1), 1),
        (other_partner.pk, date(2026, 2, 1), 1, "CNY", Decimal(2), Decimal(1), 1),
    ]


def test_lines_are_summed_by_home_territory_and_product_line_at_entry(acme):
    home, line = make_territory(), make_product_line()
    product = make_product(line=line)
    record(line_of(acme, booked_on=JAN, amount="10", home_territory=home, product=product))
    night()
    record(
        line_of(acme, booked_on=JAN, amount="5", home_territory=home, product=product),
        line_of(acme, booked_on=JAN, amount="3", product=product),
    )
    night()
    sell(acme, booked_on=JAN, amount="4", product=product)
    night()

    rows = SalesMonthLine.objects.order_by("home_territory")
    assert list(rows.values_list("home_territory", "product_line", "amount", "lines")) == [
        (home.pk, line.pk, Decimal(15), 2),
        (None, line.pk, Decimal(7), 2),
    ]


def test_a_batch_is_taken_once(acme):
    sell(acme, booked_on=JAN, amount="10")

    assert (night()["batches"], night()["batches"]) == (1, 0)
    assert SalesMonth.objects.get().amount == Decimal(10)
    assert SalesBatch.objects.filter(taken_in=None).count() == 0


def test_very_many_lines_are_read_from_the_ledger_itself(acme, monkeypatch):
    monkeypatch.setattr(rollup, "COPIED_LINES", 0)
    make_programme(earners=[acme])
    sell(acme, booked_on=JAN, amount="10")

    night()

    assert SalesMonth.objects.get().amount == Decimal(10)
    assert RebateMeasure.objects.get().amount == Decimal(10)


def test_a_programme_counts_its_kinds_its_line_and_what_is_beneath(acme):
    tools = make_product_line()
    drills = make_product_line(parent=tools)
    make_programme(earners=[acme], product_line=tools, kinds=[1, 3])
    record(
        line_of(acme, booked_on=JAN, amount="1", product=make_product(line=tools)),
        line_of(acme, booked_on=JAN, amount="2", product=make_product(line=drills), kind=3),
        line_of(acme, booked_on=JAN, amount="4", product=make_product(line=drills), kind=2),
        line_of(acme, booked_on=JAN, amount="8"),
    )

    night()

    assert RebateMeasure.objects.get().amount == Decimal(3)


def test_only_changed_accounts_are_touched_and_a_quiet_night_touches_nothing(acme, other_partner):
    make_programme(earners=[acme, other_partner])
    night()
    TouchedAccount.objects.all().delete()
    sell(acme, booked_on=JAN, amount="10")

    night()
    night()

    assert list(TouchedAccount.objects.values_list("earner", "period_on")) == [(acme.pk, date(2026, 1, 1))]


def test_measures_of_a_closed_month_cannot_be_changed(acme, staff):
    from channelhub.core.models import AccountingMonth

    make_programme(earners=[acme])
    sell(acme, booked_on=JAN, amount="10")
    night()
    AccountingMonth.objects.create(month=date(2026, 1, 1), closed_at="2026-02-01T00:00Z", closed_by=staff)

    with pytest.raises(InternalError, match="closed month never change"), transaction.atomic():
        RebateMeasure.objects.update(amount=1)

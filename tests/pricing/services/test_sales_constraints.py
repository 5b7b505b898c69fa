"""What the ledger refuses whoever writes: the database's own rules, by name."""

import pytest
from django.db import IntegrityError, InternalError, transaction

from pricing.enums import SalesKind
from pricing.models import SalesBatch, SalesLine
from tests.factories.sales import make_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(acme):
    return make_lines({}, {}, partner=acme)


def copy_of(line, **changes):
    columns = SalesLine.objects.filter(pk=line.pk).values().get()
    columns.pop("id")
    return SalesLine.objects.create(**{**columns, "external_id": "copy", **changes})


BROKEN = {
    "pricing_sales_line_enters_once_per_feed": lambda first, other: copy_of(first, external_id=first.external_id),
    "pricing_sales_line_reversed_once": lambda first, other: [
        copy_of(first, reverses_id=first.pk, external_id=name) for name in "ab"
    ],
    "pricing_sales_line_kind_known": lambda first, other: copy_of(first, kind=9),
    "pricing_sales_line_other_partner_of_sell_through": lambda first, other: copy_of(
        first,
        kind=SalesKind.SELL_OUT,
        other_partner_id=first.partner_id,
    ),
    "pricing_sales_line_returns_or_reverses_not_both": lambda first, other: copy_of(
        first,
        returns_id=first.pk,
        reverses_id=other.pk,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(lines, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BROKEN[name](*lines)


def test_a_line_is_neither_changed_nor_deleted(lines):
    for change in (
        lambda: SalesLine.objects.update(net_amount=1),
        lambda: SalesLine.objects.all().delete(),
        lambda: SalesBatch.objects.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()

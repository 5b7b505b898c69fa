"""Published worked examples through the pure rules; each case carries its number and source."""

from datetime import date
from decimal import Decimal

import pytest

from channelhub.lib.money import Money, allocate
from pricing.rules.rebates import Band, Terms, Turnover, explain, rebate_earned
from pricing.rules.shares import Contribution, shares

D365 = [Band(Decimal(0), Decimal("0.10")), Band(Decimal(1000), Decimal("0.25"))]
BY_UNITS = [Band(Decimal(0), Decimal(0)), Band(Decimal(501), Decimal("0.05")), Band(Decimal(1001), Decimal("0.10"))]
SLABS = [Band(Decimal(0), Decimal("0.05")), Band(Decimal(10000), Decimal("0.10"))]
UNITS = [Band(Decimal(0), Decimal("0.10")), Band(Decimal(14), Decimal("0.20"))]

TIERED = [
    pytest.param("incremental", "amount", "CNY", D365, 2000, 0, "350", id="W01-Microsoft Learn, Stepped"),
    pytest.param("retrospective", "amount", "CNY", D365, 2000, 0, "500.00", id="W02-Microsoft Learn, Cumulative"),
    pytest.param("retrospective", "quantity", "GBP", BY_UNITS, 12000, 1200, "1200.0", id="W06-aipowered365 RM503"),
    pytest.param("incremental", "amount", "CNY", SLABS, 6000, 0, "300", id="W08-Phocas, 6,000"),
    pytest.param("incremental", "amount", "CNY", SLABS, 8000, 0, "400", id="W08-Phocas, 8,000"),
    pytest.param("incremental", "amount", "CNY", SLABS, 20000, 0, "1500", id="W08-Phocas, 20,000"),
]


@pytest.mark.parametrize(("method", "qualifier", "currency", "bands", "amount", "quantity", "rebate"), TIERED)
def test_a_tiered_rebate_is_what_its_source_says(method, qualifier, currency, bands, amount, quantity, rebate):
    terms = Terms(method, qualifier, "percent", bands, currency)
    turnover = Turnover(Decimal(amount), Decimal(quantity))

    assert rebate_earned(turnover=turnover, terms=terms) == Decimal(rebate)
    assert explain(turnover=turnover, terms=terms).amount == Decimal(rebate)


@pytest.mark.parametrize("first_order", [1], ids=["W17-metasfresh issue 4475"])
def test_a_slab_split_is_kept_per_source_transaction(first_order):
    terms = Terms("incremental", "quantity", "percent", UNITS, "CNY")
    month = date(2026, 1, 1)
    orders = [
        Contribution(1, month, "sales", Decimal(10), Decimal(first_order)),
        Contribution(2, month, "sales", Decimal(300), Decimal(30)),
    ]

    first, second = shares(contributions=orders, terms=terms)

    assert first.bands == ((0, Decimal(1)),)
    assert second.bands == ((0, Decimal(13)), (1, Decimal(17)))
    assert first.amount + second.amount == rebate_earned(turnover=Turnover(Decimal(310), Decimal(31)), terms=terms)


MONEYPHP = [
    (100, [1, 1, 1], [34, 33, 33]),
    (101, [1, 1, 1], [34, 34, 33]),
    (5, [3, 7], [2, 3]),
    (5, [7, 3], [4, 1]),
    (5, [7, 3, 0], [4, 1, 0]),
    (-5, [7, 3], [-3, -2]),
    (5, [0, 7, 3], [0, 4, 1]),
    (2, [1, 1, 1], [1, 1, 0]),
    (1, [1, 1], [1, 0]),
    (1, [Decimal("0.33"), Decimal("0.66")], [0, 1]),
    (101, [3, 7], [30, 71]),
    (800, [1, 1, 1], [267, 267, 266]),
    (15, [1, 1], [8, 7]),
    (10, [1, 1, 1], [4, 3, 3]),
]


@pytest.mark.parametrize(
    ("units", "ratios", "expected"), MONEYPHP, ids=[f"W63-moneyphp {u} by {r}" for u, r, _ in MONEYPHP]
)
def test_an_amount_is_shared_without_losing_a_cent(units, ratios, expected):
    assert allocate(units, ratios) == expected
    assert [m.amount * 100 for m in Money(Decimal(units) / 100, "CNY").allocate(ratios)] == expected

"""What a dealer is told of its own price."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pricing.rules.price_disclosure import disclosed
from tests.pricing.rules.test_price_answer import ask, offer, promotion


def column(answer):
    return [(step.kind, step.amount) for step in answer.steps]


def adds_up(answer):
    return sum(step.amount for step in answer.steps if step.amount is not None and step.kind != "line_discount")


def test_terms_below_the_list_price_are_told_as_one_step():
    told = disclosed(ask(1, offer("DP", (1, "100"), formulas=[("RRP", "0.9"), ("DP", "0.8")])))

    assert (column(told), told.list_price) == ([("list", 100), ("formula", -28)], 100)


def test_a_list_computed_upwards_from_costs_does_not_tell_the_costs():
    listed = offer("DP", (1, "80"), formulas=[("DP", "1.25")], root_currency="USD", rate="7")

    told = disclosed(ask(1, listed, promotions=[promotion("P", "0.10", effect="points_off_list")]))

    assert column(told) == [("list", 700), ("promotion", -56)]
    assert (told.list_price, adds_up(told)) == (700, told.unit_price)
    assert told.steps[1].values["value"] == "0.080000"  # 56 of the 700 that are told
    assert "560" not in repr(told)
    assert "'80'" not in repr(told)


def test_an_agreement_over_costs_is_told_as_a_share_of_the_price_that_is_told():
    listed = offer("DP", (1, "80"), formulas=[("DP", "1.25")])
    agreed = replace(promotion("A", "1.1", effect="list_factor"), agreed=True)

    told = disclosed(ask(1, listed, promotions=[agreed]))

    assert column(told) == [("list", 100), ("agreement", -12)]
    assert (told.unit_price, told.steps[1].values["value"]) == (88, "0.880000")


def test_between_costs_and_the_own_price_the_highest_list_is_told():
    told = disclosed(ask(1, offer("DP", (1, "50"), formulas=[("RRP", "2"), ("DP", "0.6")])))

    assert (column(told), told.list_price) == ([("list", 100), ("formula", -40)], 100)


@pytest.mark.parametrize("factors", [(), ("1",), ("0.5",), ("3",), ("0.5", "3"), ("3", "0.5"), ("2", "0.5", "1.5")])
def test_whatever_is_told_adds_up_and_lies_at_or_above_the_own_price(factors):
    formulas = [(f"L{number}", factor) for number, factor in enumerate(factors)]
    promotions = [promotion("P", "0.05"), promotion("Q", "0.02", low="5")]

    told = disclosed(ask(1, offer("DP", (1, "9.99"), formulas=formulas), promotions=promotions))

    assert adds_up(told) == told.unit_price
    assert told.list_price >= Decimal(told.unit_price) - Decimal("0.01")

"""Words filled, clauses that apply, quarters, and when a contract stands in the queue of renewals."""

from datetime import date
from decimal import Decimal

import pytest

from partners.rules.contracts import (
    Clause,
    applying,
    filled,
    is_kept,
    missing,
    places_in,
    quarter_ends,
    runs_out_soon,
)


def test_places_are_filled_and_those_without_a_value_stay_to_be_seen():
    assert (
        filled("{{ maker }}与{{partner}}：{{ carrier }}", {"maker": "甲", "partner": "乙"}) == "甲与乙：{{ carrier }}"
    )
    assert places_in(["{{ b }} {{ a }}", "{{ b }}"]) == ["b", "a"]
    assert missing(["{{ b }} {{ a }}"], {"b": "x", "a": ""}) == ["a"]


def test_a_clause_about_a_part_stands_only_in_contracts_that_have_it():
    always, deposit = Clause("Period", "…"), Clause("Deposit", "…", "deposit")

    assert applying([always, deposit], []) == [always]
    assert applying([always, deposit], ["deposit"]) == [always, deposit]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_quarter_ends_with_its_third_month(first, last):
    assert quarter_ends(first) == last


def test_a_commitment_is_kept_from_the_agreed_amount_on():
    assert (is_kept(wanted=Decimal(10), actual=Decimal(10)), is_kept(wanted=Decimal(10), actual=Decimal(9))) == (
        True,
        False,
    )


def test_a_contract_is_asked_for_renewal_so_many_days_before_its_last():
    last = date(2026, 12, 31)

    found = [runs_out_soon(ends_on=last, renewal_days=90, on=day) for day in (date(2026, 10, 1), date(2026, 10, 2))]
    assert found == [False, True]
    assert runs_out_soon(ends_on=None, renewal_days=90, on=last) is False

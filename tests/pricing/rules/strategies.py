"""Random programmes and random facts of one account."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from channelhub.lib.money import Rounding
from channelhub.lib.periods import add_months
from pricing.rules.rebates import METHODS, PAYS, QUALIFIERS, Band, Terms
from pricing.rules.settling import MEASURED, Facts, Manual, Measure, Rate, Version

FIRST = date(2026, 1, 1)
MONTHS = [add_months(FIRST, n) for n in range(5)]
months = st.sampled_from(MONTHS)


def decimals(lowest, highest, places):
    return st.integers(lowest, highest).map(lambda n: Decimal(n).scaleb(-places))


@st.composite
def terms_of_all_kinds(draw, *, floor=True):
    starts = sorted(draw(st.sets(st.integers(0, 2000), min_size=1, max_size=3)))
    cap = draw(st.none() | decimals(1000, 50000, 2))
    return Terms(
        draw(st.sampled_from(METHODS)),
        draw(st.sampled_from(QUALIFIERS)),
        draw(st.sampled_from(PAYS)),
        [Band(Decimal(start), draw(decimals(0, 300, 3))) for start in starts],
        "CNY",
        cap=cap,
        floor=draw(st.none() | decimals(1, 999, 2)) if floor else None,
        rounding=Rounding(draw(st.sampled_from(["half_up", "half_even", "down", "up"]))),
    )


@st.composite
def measures(draw, versions):
    return Measure(
        draw(st.sampled_from(versions)),
        draw(st.sampled_from(["CNY", "USD"])),
        draw(months),
        draw(st.sampled_from(MEASURED)),
        draw(months),
        draw(decimals(-100000, 200000, 2)),
        Decimal(draw(st.integers(-500, 1000))),
    )


@st.composite
def facts_of_one_account(draw):
    versions = [
        Version(
            number,
            draw(st.sampled_from([FIRST, date(2025, 7, 1)])),
            draw(months),
            draw(st.none() | terms_of_all_kinds()),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    return Facts(
        currency="CNY",
        starts_on=FIRST,
        member_in=draw(st.none() | months),
        opened_in=draw(months),
        versions=versions,
        measures=draw(st.lists(measures([v.id for v in versions]), max_size=12)),
        rates=[
            Rate(n, "USD", draw(months), draw(months), draw(decimals(500, 900, 2)))
            for n in range(draw(st.integers(0, 3)))
        ],
        manuals=draw(st.lists(st.builds(Manual, decimals(-5000, 5000, 2), months), max_size=2)),
    )

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pricing.rules.rebates import Band, Terms, Turnover, rebate_earned
from pricing.rules.shares import Contribution, shares
from tests.pricing.rules.strategies import MONTHS, decimals, terms_of_all_kinds

JAN, FEB, MAR = MONTHS[:3]
SMALL = Terms("retrospective", "amount", "percent", [Band(Decimal(0), Decimal("0.033"))], "CNY")
contributions = st.lists(
    st.builds(
        Contribution,
        st.integers(1, 10**6),
        st.sampled_from([JAN, FEB]),
        st.sampled_from(["sales", "late", "returns", "moves"]),
        decimals(-50000, 100000, 2),
        st.integers(-100, 200).map(Decimal),
    ),
    max_size=10,
)


def line(number, amount, known_in=JAN):
    return Contribution(number, known_in, "sales", Decimal(amount), Decimal(1))


def test_a_new_line_never_changes_an_old_share():
    first = shares(contributions=[line(1, "46.80")], terms=SMALL)
    both = shares(contributions=[line(2, "10.10"), line(1, "46.80")], terms=SMALL)

    assert [s.amount for s in first] == [Decimal("1.54")]
    assert [s.amount for s in both] == [Decimal("1.54"), Decimal("0.34")]


def test_the_line_that_crosses_a_bracket_carries_the_jump():
    steep = Terms(
        "retrospective",
        "amount",
        "percent",
        [Band(Decimal(0), Decimal("0.1")), Band(Decimal(1000), Decimal("0.25"))],
        "CNY",
    )

    found = shares(contributions=[line(1, 900), line(2, 200)], terms=steep)

    assert [s.amount for s in found] == [Decimal(90), Decimal(185)]


@given(terms_of_all_kinds(), contributions)
def test_shares_add_up_to_what_was_earned_above_the_guarantee(terms, lines):
    total = Turnover(sum((c.amount for c in lines), Decimal(0)), sum((c.quantity for c in lines), Decimal(0)))
    nothing = rebate_earned(turnover=Turnover(Decimal(0), Decimal(0)), terms=terms)

    found = shares(contributions=lines, terms=terms)

    assert sum((s.amount for s in found), Decimal(0)) == rebate_earned(turnover=total, terms=terms) - nothing


@given(terms_of_all_kinds(), contributions, st.builds(line, st.integers(1, 9), decimals(1, 9000, 2), st.just(MAR)))
def test_lines_of_a_later_month_leave_every_old_share_as_it_is(terms, lines, later):
    before = shares(contributions=lines, terms=terms)

    assert shares(contributions=[later, *lines], terms=terms)[:-1] == before

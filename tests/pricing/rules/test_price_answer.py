"""The arithmetic of a price: what a controller could do by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.lib.money import Rounding
from pricing.rules.price_answer import answer
from pricing.rules.price_breaks import marginal_total
from pricing.rules.price_questions import Break, Formula, ListOffer, PromotionOffer, Question

DAY = date(2026, 3, 16)
JANUARY = date(2026, 1, 1)


def breaks(*pairs):
    return [Break(Decimal(quantity), None if price is None else Decimal(price), JANUARY) for quantity, price in pairs]


def offer(code="LP", *pairs, formulas=(), rate="1", currency="CNY", **more):
    return ListOffer(
        **{
            "code": code,
            "kind": "everybody",
            "priority": 1,
            "target": "",
            "root_code": code,
            "root_currency": currency,
            "breaks": breaks(*pairs),
            "formulas": [Formula(name, Decimal(factor)) for name, factor in formulas],
            "rate": None if rate is None else Decimal(rate),
            "rounding": Rounding(),
            "amount_rounding": Rounding(),
            **more,
        }
    )


def promotion(code, value, *, effect="percent_off", line_discount="0", low="0", high=None, through=None, currency=""):
    high = None if high is None else Decimal(high)
    return PromotionOffer(code, effect, Decimal(value), currency, Decimal(line_discount), Decimal(low), high, through)


def ask(quantity, *lists, promotions=(), currency="CNY", ladder=False, **more):
    return answer(Question(DAY, currency, Decimal(quantity), lists, promotions, **more), ladder=ladder)


def test_the_highest_break_that_is_reached_answers():
    listed = offer("LP", (1, "10"), (10, "9"), (50, "8"))

    assert [ask(quantity, listed).unit_price for quantity in (1, 9, 10, 49, 50)] == [10, 10, 9, 9, 8]


def test_an_ended_break_falls_back_to_the_one_below():
    assert ask(20, offer("LP", (1, "10"), (10, None))).unit_price == 10


def test_the_next_break_says_how_many_more_and_what_they_save():
    found = ask(20, offer("LP", (1, "1079.10"), (50, "999.00")))

    next_break = found.next_break

    assert (next_break.quantity, next_break.more) == (50, 30)
    assert (next_break.unit_price, next_break.saves) == (Decimal("999.00"), Decimal("80.10"))
    assert ask(50, offer("LP", (1, "1079.10"), (50, "999.00"))).next_break is None


def test_a_promotion_from_a_larger_quantity_is_the_next_break_too():
    spring = promotion("Spring", "0.10", low="50")

    found = ask(20, offer("LP", (1, "100")), promotions=[spring])

    assert (found.next_break.more, found.next_break.saves) == (30, 10)
    assert [(step.code, step.fired, step.reason) for step in found.steps] == [
        ("LP", True, ""),
        ("Spring", False, "quantity_too_small"),
    ]


def test_the_best_promotion_applies_never_a_sum():
    rivals = [promotion("A", "0.02"), promotion("B", "0.10"), promotion("C", "0.05")]

    found = ask(1, offer("LP", (1, "100")), promotions=rivals)

    assert (found.promotion, found.unit_price) == ("B", 90)
    assert [step.reason for step in found.steps if step.kind == "promotion"] == [
        "another_is_better",
        "",
        "another_is_better",
    ]


def test_of_equal_promotions_the_first_code_is_named():
    assert ask(1, offer("LP", (1, "100")), promotions=[promotion("B", "0.1"), promotion("A", "0.1")]).promotion == "A"


def test_a_promotion_never_makes_a_price_higher():
    dearer = promotion("X", "120", effect="unit_price", currency="CNY")

    assert ask(1, offer("LP", (1, "100")), promotions=[dearer]).unit_price == 100


def test_points_off_the_list_price_and_a_discount_on_the_line():
    four = Rounding(step=Decimal("0.0001"))
    listed = offer("D", (1, "8.6442"), formulas=[("D", "0.60")], currency="USD", rounding=four, amount_rounding=four)
    volume = promotion("2", "0.02", effect="points_off_list", line_discount="0.02", low="11", high="14")

    found = ask(13, listed, promotions=[volume], currency="USD")

    assert (found.unit_price, found.amount) == (Decimal("5.0136"), Decimal("63.8733"))
    assert [(step.kind, step.amount) for step in found.steps] == [
        ("list", Decimal("8.6442")),
        ("formula", Decimal("-3.457680")),
        ("promotion", Decimal("-0.172884")),
        ("rounding", Decimal("-0.000036")),
        ("line_discount", Decimal("-1.3035")),
    ]


def test_a_list_without_a_price_is_passed_over_and_says_why():
    lists = [offer("own"), offer("ended", (1, None)), offer("bulk", (10, "8")), offer("LP", (1, "10")), offer("last")]

    found = ask(1, *lists)

    assert [(step.code, step.reason) for step in found.steps] == [
        ("own", "not_on_list"),
        ("ended", "ended"),
        ("bulk", "below_smallest_break"),
        ("LP", ""),
        ("last", "later_in_order"),
    ]


def test_a_missing_rate_is_told_not_passed_over():
    found = ask(1, offer("USD", (1, "10"), rate=None, currency="USD"), offer("LP", (1, "70")))

    assert (found.refusal, found.steps[0].reason) == ("no_rate", "no_rate")


def test_the_answer_holds_until_the_first_of_its_rules_changes():
    listed = offer("LP", (1, "10"), changes_on=date(2026, 5, 1))
    spring = promotion("Spring", "0.1", through=date(2026, 3, 31))

    assert ask(1, listed).valid_until == date(2026, 4, 30)
    assert ask(1, listed, promotions=[spring]).valid_until == date(2026, 3, 31)
    assert ask(1, listed, holds_until=date(2026, 4, 2)).valid_until == date(2026, 4, 2)


def test_the_ladder_shows_each_quantity_at_which_the_price_changes():
    listed = offer("LP", (1, "100"), (10, "100"), (50, "90"))
    promotions = [promotion("small", "0.05", low="5", high="9")]

    found = ask(1, listed, promotions=promotions, ladder=True)

    assert [(rung.quantity, rung.unit_price, rung.promotion) for rung in found.ladder] == [
        (1, 100, ""),
        (5, 95, "small"),
        (10, 100, ""),
        (50, 90, ""),
    ]


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_nothing_costs_nothing(quantity):
    assert ask(quantity, offer("LP", (1, "10"))).refusal == "bad_quantity"


prices = st.decimals("0.000001", "99999", places=6)
shares = st.decimals("0", "1", places=4)
factors = st.lists(st.decimals("0.01", "3", places=4), max_size=3)
promotions = st.lists(
    st.builds(
        lambda number, value, line, low, effect: promotion(
            f"P{number}", value, line_discount=line, low=low, effect=effect
        ),
        st.integers(1, 99),
        shares,
        shares,
        st.integers(0, 60),
        st.sampled_from(["percent_off", "points_off_list"]),
    ),
    max_size=4,
    unique_by=lambda found: found.code,
)
rounding = st.builds(
    Rounding,
    st.sampled_from(["half_up", "half_even", "down", "up"]),
    st.none() | st.sampled_from([Decimal("0.05"), Decimal("0.0001"), Decimal(10)]),
)


@given(
    prices=st.lists(prices, min_size=1, max_size=4),
    factors=factors,
    promotions=promotions,
    quantity=st.integers(1, 99),
    rate=st.decimals("0.01", "9", places=4),
    currency=st.sampled_from(["CNY", "JPY", "KWD"]),
    rounding=rounding,
)
def test_steps_add_up_and_rounding_happens_once(prices, factors, promotions, quantity, rate, currency, rounding):
    rows = list(zip([1, 10, 20, 50], prices, strict=False))
    formulas = [(f"F{number}", factor) for number, factor in enumerate(factors)]
    listed = offer("LP", *rows, formulas=formulas, rate=rate, rounding=rounding, currency="CNY")

    found = ask(quantity, listed, promotions=promotions, currency=currency)

    changes = [step.amount for step in found.steps if step.amount is not None and step.kind != "line_discount"]
    assert sum(changes) == found.unit_price
    assert rounding.round(found.unit_price, currency) == found.unit_price
    assert found.amount == Rounding().round(quantity * found.unit_price * (1 - found.line_discount), currency)
    assert [step.fired for step in found.steps if step.kind == "promotion"].count(True) <= 1


@given(promotions=promotions, quantity=st.integers(1, 99), price=prices)
def test_no_other_promotion_would_be_cheaper(promotions, quantity, price):
    exact = Rounding(step=Decimal("1e-15"))
    listed = offer("LP", (1, price), rounding=exact)
    cost = lambda found: found.unit_price * (1 - found.line_discount)

    best = cost(ask(quantity, listed, promotions=promotions))

    assert best == min([cost(ask(quantity, listed, promotions=[one])) for one in promotions], default=price)


@given(quantities=st.sets(st.integers(1, 50), min_size=1, max_size=4), quantity=st.integers(1, 60), data=st.data())
def test_the_next_break_is_the_first_larger_quantity_that_costs_less(quantities, quantity, data):
    rows = [(start, data.draw(st.integers(1, 20))) for start in {1, *quantities}]
    listed = offer("LP", *rows)

    found = ask(quantity, listed)

    cheaper = [more for more in range(quantity + 1, 62) if ask(more, listed).unit_price < found.unit_price]
    assert (found.next_break and found.next_break.quantity) == (min(cheaper) if cheaper else None)


BANDS = ((1, "10"), (11, "8"), (21, "6"))


@pytest.mark.parametrize(
    ("mode", "quantity", "amount", "unit"),
    [
        ("all_units", 25, "150", "6"),
        ("marginal", 25, "210", "8.40"),
        ("marginal", 10, "100", "10"),
        ("marginal", 11, "108", "9.82"),
        ("marginal", "10.5", "105", "10"),
        ("band_total", 25, "6", "0.24"),
        ("band_total", 9, "10", "1.11"),
    ],
)
def test_breaks_make_up_a_line_in_three_modes(mode, quantity, amount, unit):
    found = ask(quantity, offer("LP", *BANDS, break_mode=mode))

    assert (found.amount, found.unit_price, found.break_mode) == (Decimal(amount), Decimal(unit), mode)


def test_promotions_and_formulas_take_the_line_of_a_marginal_list():
    listed = offer("LP", *BANDS, break_mode="marginal", formulas=[("DP", "0.5")])

    found = ask(25, listed, promotions=[promotion("P", "0.10", line_discount="0.02")])

    assert (found.list_price, found.unit_price, found.amount) == (Decimal("8.40"), Decimal("3.78"), Decimal("92.61"))
    assert sum(step.amount for step in found.steps if step.fired and step.kind != "line_discount") == found.unit_price


def test_the_ladder_of_a_marginal_list_tells_the_price_of_the_pieces_from_there():
    found = ask(15, offer("LP", *BANDS, break_mode="marginal"), ladder=True)

    assert [(rung.quantity, rung.unit_price) for rung in found.ladder] == [(1, 10), (11, 8), (21, 6)]
    assert (found.next_break.more, found.next_break.unit_price, found.next_break.saves) == (6, 6, 2)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.decimals(0, 99, places=2)), min_size=1, unique_by=lambda one: one[0]),
    st.integers(1, 60),
)
def test_marginal_lines_are_the_sum_of_their_pieces(rows, quantity):
    rows = sorted(rows)
    rows = [(1, rows[0][1]), *rows[1:]]
    listed = [Break(Decimal(low), price, JANUARY) for low, price in rows]

    pieces = [next(price for low, price in reversed(rows) if low <= number) for number in range(1, quantity + 1)]

    assert marginal_total(listed, Decimal(quantity)) == sum(pieces)

"""Prices, lists, assignments and promotions through the staged import: the same services as the API."""

from datetime import date
from decimal import Decimal

import pytest

from channelhub.core.models import ImportRow
from pricing.models import AgreementLine, PriceAssignment, PriceFormula, PriceList, PriceRow, Promotion, PromotionItem
from tests.factories.imports import bring_in, csv_of, make_profile
from tests.factories.partners import make_partner, make_partner_type, make_product, make_product_line
from tests.factories.prices import assign, authorise, make_formula, make_list, make_promotion, price, set_price
from tests.factories.sales import ENTRY, make_feed

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 31)


def take(kind, *rows, feed=None):
    """A file with these rows, the first its header."""
    columns = {name: name for name in rows[0]}
    return bring_in(make_profile(kind, feed=feed, **columns), csv_of(rows))


def refused(job):
    rows = ImportRow.objects.filter(job=job).order_by("row_no")
    return [(row.row_no, error["field"], error["rule"]) for row in rows for error in row.errors]


def counts(job):
    return job.taken, job.unchanged, job.rejected


PRICE_COLUMNS = ["price_list", "product", "min_quantity", "unit_price", "valid_from", "valid_through"]


def test_prices_enter_are_superseded_and_stay():
    listed, product = make_list("LP"), make_product("A")
    set_price(listed, product, "10", valid_from=date(2026, 1, 1))
    set_price(listed, product, "11", valid_from=date(2026, 2, 1))
    rows = [
        ["LP", "A", "", "10.00", "2026-01-01", ""],
        ["LP", "A", "", "12", "2026-02-01", ""],
        ["LP", "A", "5", "9", "2026-02-01", ""],
    ]

    first, again = take("prices", PRICE_COLUMNS, *rows), take("prices", PRICE_COLUMNS, *rows)

    assert (counts(first), counts(again)) == ((2, 1, 0), (0, 3, 0))
    known = PriceRow.objects.filter(known_until=None).order_by("valid_from", "min_quantity")
    assert list(known.values_list("min_quantity", "unit_price")) == [(1, 10), (1, 12), (5, 9)]
    assert PriceRow.objects.get(known_until=ENTRY).unit_price == 11


def test_overlapping_validities_are_named_by_row():
    make_list("LP")
    make_product("A")
    rows = [
        ["LP", "A", "1", "10", "2026-01-01", "2026-03-31"],
        ["LP", "A", "1", "11", "2026-03-01", ""],
        ["LP", "A", "5", "9", "2026-03-01", ""],
        ["LP", "A", "1", "12", "2026-04-01", "2026-04-30"],
    ]

    job = take("prices", PRICE_COLUMNS, *rows)

    assert (counts(job), refused(job)) == ((3, 0, 1), [(3, "valid_from", "overlaps")])
    known = PriceRow.objects.filter(known_until=None, min_quantity=1).order_by("valid_from")
    assert [row.unit_price for row in known] == [10, 12, None]


def test_a_last_day_ends_a_price_unless_the_next_one_starts():
    make_list("LP")
    make_product("A")
    rows = [
        ["LP", "A", "1", "10", "2026-01-01", "2026-01-31"],
        ["LP", "A", "1", "11", "2026-02-01", "2026-02-28"],
    ]

    first, again = take("prices", PRICE_COLUMNS, *rows), take("prices", PRICE_COLUMNS, *rows)

    assert (counts(first), counts(again)) == ((2, 0, 0), (0, 2, 0))
    assert list(PriceRow.objects.order_by("valid_from").values_list("valid_from", "unit_price")) == [
        (date(2026, 1, 1), 10),
        (date(2026, 2, 1), 11),
        (date(2026, 3, 1), None),
    ]


def test_bad_prices_are_named():
    listed = make_list("LP")
    PriceList.objects.create(code="F", name="F", currency="CNY", kind="formula")
    make_product("A")
    rows = [
        ["", "A", "", "1", "2026-01-01", ""],
        ["XX", "A", "", "1", "2026-01-01", ""],
        ["LP", "B", "", "1", "2026-01-01", ""],
        ["LP", "A", "0", "1", "2026-01-01", ""],
        ["LP", "A", "", "-1", "2026-01-01", ""],
        ["LP", "A", "", "1.0000001", "2026-01-01", ""],
        ["LP", "A", "", "1", "2026-02-30", ""],
        ["LP", "A", "", "1", "2026-01-02", "2026-01-01"],
        ["F", "A", "", "1", "2026-01-01", ""],
        ["LP", "A", "", "1", "2026-03-01", ""],
        ["LP", "A", "", "2", "2026-03-01", ""],
        ["LP", "A", "", "1.0", "2026-03-01", ""],
    ]

    job = take("prices", PRICE_COLUMNS, *rows)

    assert refused(job) == [
        (2, "price_list", "required"),
        (3, "price_list", "unknown_code"),
        (4, "product", "unknown_code"),
        (5, "min_quantity", "not_positive"),
        (6, "unit_price", "negative"),
        (7, "unit_price", "too_many_decimals"),
        (8, "valid_from", "not_a_date"),
        (9, "valid_through", "ends_before_it_starts"),
        (10, "price_list", "not_a_fixed_list"),
        (12, "product", "twice_in_file"),
    ]
    assert counts(job) == (1, 1, 10)
    assert listed.rows.count() == 1


def test_a_partners_feed_writes_no_prices():
    make_list("LP")
    make_product("A")
    feed = make_feed(partner=make_partner())

    job = take("prices", PRICE_COLUMNS, ["LP", "A", "", "1", "2026-01-01", ""], feed=feed)

    assert (job.status, PriceRow.objects.count()) == ("failed", 0)


LIST_COLUMNS = ["code", "name", "currency", "rounding_step", "base", "factor", "valid_from"]


def test_lists_and_formulas_enter_in_any_order():
    make_list("LP")
    rows = [
        ["D2", "Dealer 2", "CNY", "", "D1", "0.9", "2026-01-01"],
        ["D1", "Dealer 1", "CNY", "", "LP", "0.6", "2026-01-01"],
        ["LP", "List price", "CNY", "", "", "", ""],
        ["US", "Dollars", "USD", "0.0001", "", "", ""],
    ]

    first, again = take("price_lists", LIST_COLUMNS, *rows), take("price_lists", LIST_COLUMNS, *rows)

    assert (refused(first), counts(first), counts(again)) == ([], (4, 0, 0), (0, 4, 0))
    formulas = PriceFormula.objects.order_by("price_list__code")
    assert list(formulas.values_list("price_list__code", "base__code", "factor")) == [
        ("D1", "LP", Decimal("0.6")),
        ("D2", "D1", Decimal("0.9")),
    ]
    assert list(PriceList.objects.order_by("code").values_list("code", "name", "kind")) == [
        ("D1", "Dealer 1", "formula"),
        ("D2", "Dealer 2", "formula"),
        ("LP", "List price", "fixed"),
        ("US", "Dollars", "fixed"),
    ]


def test_bad_lists_are_named():
    make_formula(make_formula(make_list("LP"), "1", "E1"), "1", "E2")
    rows = [
        ["LP", "x", "USD", "", "", "", ""],
        ["XX", "x", "XXX", "", "", "", ""],
        ["A", "A", "CNY", "", "B", "0.5", "2026-01-01"],
        ["B", "B", "CNY", "", "A", "0.5", "2026-01-01"],
        ["C", "C", "CNY", "", "nowhere", "0.5", "2026-01-01"],
        ["D", "D", "CNY", "0", "", "0.5", ""],
        ["LP", "x", "CNY", "", "A", "0.5", "2026-01-01"],
        ["E1", "x", "CNY", "", "E2", "0.5", "2026-02-01"],
    ]

    job = take("price_lists", LIST_COLUMNS, *rows)

    assert refused(job) == [
        (2, "code", "never_changes"),
        (3, "currency", "unknown_currency"),
        (4, "base", "parent_not_taken"),
        (5, "base", "parent_not_taken"),
        (6, "base", "unknown_code"),
        (7, "base", "required"),
        (7, "rounding_step", "not_positive"),
        (8, "base", "not_a_formula"),
        (9, "base", "circular_formula"),
    ]
    assert PriceList.objects.count() == 3


ASSIGNMENT_COLUMNS = ["price_list", "target_kind", "target", "priority", "valid_from"]


def test_assignments_enter_end_and_never_tie():
    make_list("LP")
    for code in ("shop", "agent"):
        make_partner_type(code)
    make_partner("acme")
    rows = [
        ["LP", "partner", "acme", "", "2026-01-01"],
        ["", "partner", "acme", "", "2026-06-01"],
        ["LP", "type", "shop", "2", "2026-01-01"],
        ["LP", "type", "agent", "2", "2027-01-01"],
        ["LP", "everybody", "", "", "2026-01-01"],
        ["LP", "everybody", "acme", "", "2026-01-01"],
        ["LP", "type", "acme", "", "2026-01-01"],
        ["LP", "nobody", "", "x", "2026-01-01"],
    ]

    first, again = (
        take("price_assignments", ASSIGNMENT_COLUMNS, *rows),
        take("price_assignments", ASSIGNMENT_COLUMNS, *rows),
    )

    wrong = [
        (5, "priority", "tie"),
        (7, "target", "one_target"),
        (8, "target", "unknown_code"),
        (9, "priority", "not_a_number"),
        (9, "target", "required"),
        (9, "target_kind", "not_a_choice"),
    ]
    assert (refused(first), refused(again)) == (wrong, wrong)
    assert (counts(first), counts(again)) == ((4, 0, 4), (0, 4, 4))
    assert PriceAssignment.objects.filter(price_list=None).get().valid_from == date(2026, 6, 1)


PROMOTION_COLUMNS = [
    "code",
    "name",
    "valid_from",
    "valid_through",
    "min_quantity",
    "max_quantity",
    "effect",
    "value",
    "line_discount",
    "target_kind",
    "target",
]


def test_promotions_enter_with_audience_and_products():
    line = make_product_line("family")
    product, partner = make_product("A", line=line), make_partner("acme")
    authorise(partner)
    assign(make_list("LP", (product, "100")))
    volume = ["V", "Volume", "2026-01-01", "", "11", "14", "points_off_list", "0.02", "0.02"]
    rows = [
        [*volume, "everybody", ""],
        [*volume, "partner", "acme"],
        ["W", "Wrong", "2026-01-01", "2025-01-01", "5", "4", "percent_off", "1.5", "", "type", "none"],
    ]
    items = [["V", "A", ""], ["V", "", "family"], ["V", "A", "family"], ["X", "A", ""]]

    jobs = [take("promotions", PROMOTION_COLUMNS, *rows) for _ in range(2)]
    named = [take("promotion_items", ["promotion", "product", "product_line"], *items) for _ in range(2)]

    assert [counts(job) for job in (*jobs, *named)] == [(2, 0, 1), (0, 2, 1), (2, 0, 2), (0, 2, 2)]
    assert refused(jobs[0]) == [
        (4, "max_quantity", "ends_before_it_starts"),
        (4, "target", "unknown_code"),
        (4, "valid_through", "ends_before_it_starts"),
        (4, "value", "too_large"),
    ]
    assert refused(named[0]) == [(4, "product", "one_of_two"), (5, "promotion", "unknown_code")]
    assert Promotion.objects.get().audiences.count() == 2
    assert PromotionItem.objects.count() == 2
    found = price(partner, product, 12, on=DAY, known_at=ENTRY)
    assert (found.unit_price, found.amount) == (98, Decimal("1152.48"))


def test_new_terms_supersede_the_old_ones():
    promotion = make_promotion("V", make_product("A"), value="0.05")
    row = ["V", "V", "2026-01-01", "", "", "", "percent_off", "0.10", "", "everybody", ""]

    job = take("promotions", PROMOTION_COLUMNS, row)

    assert counts(job) == (1, 0, 0)
    assert [(terms.value, terms.known_until) for terms in promotion.terms.order_by("pk")] == [
        (Decimal("0.05"), ENTRY),
        (Decimal("0.10"), None),
    ]


AGREEMENT_COLUMNS = [
    *("code", "name", "partner", "with_subtree", "product", "product_line", "effect", "value", "currency"),
    *("valid_from", "valid_through"),
]


def test_agreements_enter_with_their_lines_and_are_superseded():
    line = make_product_line("family")
    product, partner = make_product("A", line=line), make_partner("acme")
    under = make_partner("under", parent=partner)
    authorise(partner, under)
    assign(make_list("LP", (product, "100")))
    head = ["AG", "Hospital", "acme", "yes"]
    rows = [
        [*head, "A", "", "unit_price", "80", "CNY", "2026-01-01", ""],
        [*head, "", "family", "percent_off", "0.10", "", "2026-01-01", "2026-12-31"],
        [*head, "A", "family", "percent_off", "2", "", "2026-01-01", "2025-12-31"],
        ["AG", "Hospital", "under", "yes", "A", "", "unit_price", "1", "CNY", "2026-01-01", ""],
        ["B", "B", "nobody", "", "A", "", "unit_price", "1", "", "2026-01-01", ""],
    ]

    first, again = take("agreements", AGREEMENT_COLUMNS, *rows), take("agreements", AGREEMENT_COLUMNS, *rows)
    third = take("agreements", AGREEMENT_COLUMNS, [*head, "A", "", "unit_price", "70", "CNY", "2026-01-01", ""])

    assert [counts(job) for job in (first, again, third)] == [(2, 0, 3), (0, 2, 3), (1, 0, 0)]
    assert refused(first) == [
        (4, "product", "one_of_two"),
        (4, "valid_through", "ends_before_it_starts"),
        (4, "value", "too_large"),
        (5, "code", "twice_in_file"),
        (6, "currency", "required"),
        (6, "partner", "unknown_code"),
    ]
    assert refused(again)[3] == (5, "code", "never_changes")
    assert price(under, product, on=DAY, known_at=ENTRY).unit_price == 70
    assert AgreementLine.objects.count() == 3

"""Partners, products, trees and codes through the staged import: the same service for every size of file."""

from datetime import date

import pytest

from channelhub.core.models import ExternalCode, ImportRow, LookupTable
from partners.models import Ancestry, HomeTerritory, Partner, Placement, Product, ProductLine, Territory
from tests.factories.imports import bring_in, csv_of, make_profile
from tests.factories.partners import make_partner, make_partner_type, make_product, make_product_line, make_territory

pytestmark = pytest.mark.django_db


def refused(job):
    rows = ImportRow.objects.filter(job=job).order_by("row_no")
    return [(row.row_no, error["field"], error["rule"]) for row in rows for error in row.errors]


def counts(job):
    return job.taken, job.unchanged, job.rejected


def test_products_enter_change_and_stay():
    line = make_product_line("bikes")
    make_product("old", line=line, name="Old name")
    make_product("same", line=line, name="Same")
    profile = make_profile("products", sku="sku", name="name", line={"default": "bikes"})

    job = bring_in(profile, csv_of([["sku", "name"], ["new", "New"], ["old", "New name"], ["same", "Same"]]))

    assert counts(job) == (2, 1, 0)
    assert list(Product.objects.order_by("sku").values_list("sku", "name", "version")) == [
        ("new", "New", 1),
        ("old", "New name", 2),
        ("same", "Same", 1),
    ]


def test_bad_products_are_named():
    make_product("has", line=make_product_line("bikes"), gtin="4006381333931")
    rows = [
        ["sku", "name", "line", "gtin", "life_cycle"],
        ["", "x", "bikes", "", ""],
        ["a", "", "bikes", "", ""],
        ["b", "x", "cars", "", ""],
        ["c", "x", "bikes", "4006381333932", ""],
        ["d", "x", "bikes", "123", ""],
        ["e", "x", "bikes", "4006381333931", ""],
        ["f", "x", "bikes", "", "dead"],
        ["g", "x", "bikes", "96385074", ""],
        ["g", "y", "bikes", "", ""],
        ["g", "x", "bikes", "96385074", ""],
    ]

    job = bring_in(make_profile("products", **{name: name for name in rows[0]}), csv_of(rows))

    assert refused(job) == [
        (2, "sku", "required"),
        (3, "name", "required"),
        (4, "line", "unknown_code"),
        (5, "gtin", "bad_gtin"),
        (6, "gtin", "bad_gtin"),
        (7, "gtin", "taken_by_another"),
        (8, "life_cycle", "not_a_choice"),
        (10, "sku", "twice_in_file"),
    ]
    assert counts(job) == (1, 1, 8)


def test_two_new_products_with_one_gtin_are_both_refused():
    make_product_line("bikes")
    profile = make_profile("products", sku="sku", name="sku", gtin="gtin", line={"default": "bikes"})

    job = bring_in(profile, csv_of([["sku", "gtin"], ["a", "96385074"], ["b", "96385074"], ["c", ""]]))

    assert refused(job) == [(2, "gtin", "taken_by_another"), (3, "gtin", "taken_by_another")]
    assert counts(job) == (1, 0, 2)


@pytest.mark.parametrize(("kind", "model"), [("territories", Territory), ("product_lines", ProductLine)])
def test_a_tree_enters_in_any_order_and_is_never_moved(kind, model):
    profile = make_profile(kind)
    header = ["code", "name", "name_en", "parent"]
    rows = [header, ["leaf", "Leaf", "", "mid"], ["mid", "Mid", "", "top"], ["top", "Top", "", ""]]
    first = bring_in(profile, csv_of(rows))

    again = bring_in(profile, csv_of(rows))
    later = bring_in(
        profile,
        csv_of(
            [
                header,
                ["mid", "Middle", "", "top"],
                ["leaf", "Leaf", "", "top"],
                ["a", "A", "", "nowhere"],
                ["b", "B", "", "a"],
                ["c", "C", "", "d"],
                ["d", "D", "", "c"],
            ],
        ),
    )

    assert (counts(first), counts(again), counts(later)) == ((3, 0, 0), (0, 3, 0), (1, 0, 5))
    assert [(node.code, node.depth) for node in model.objects.order_by("path")] == [("top", 1), ("mid", 2), ("leaf", 3)]
    assert model.objects.get(code="mid").name == "Middle"
    assert refused(later) == [
        (3, "parent", "never_moved"),
        (4, "parent", "unknown_code"),
        (5, "parent", "parent_not_taken"),
        (6, "parent", "parent_not_taken"),
        (7, "parent", "parent_not_taken"),
    ]


PARTNERS = ["code", "name", "parent", "home", "type", "since"]


def test_partners_enter_with_parent_home_type_and_ancestry():
    make_territory("CN-ZJ")
    make_partner_type("dealer")
    rows = [
        PARTNERS,
        ["child", "北京经销商", "top", "CN-ZJ", "dealer", "2026-01-01"],
        ["top", "Top", "", "", "", ""],
        ["grandchild", "G", "child", "", "", ""],
    ]

    job = bring_in(make_profile("partners", **{name: name for name in PARTNERS}), csv_of(rows))

    child = Partner.objects.get(code="child")
    assert counts(job) == (3, 0, 0)
    assert child.sort_key == "bei jing jing xiao shang"
    assert Placement.objects.get(partner=child).parent.code == "top"
    assert HomeTerritory.objects.get(partner=child).valid_during.lower == date(2026, 1, 1)
    assert child.type_assignments.get().type.code == "dealer"
    above = Ancestry.objects.filter(partner__code="grandchild").order_by("depth")
    assert list(above.values_list("ancestor__code", "depth")) == [("grandchild", 0), ("child", 1), ("top", 2)]
    assert counts(bring_in(make_profile("partners", **{name: name for name in PARTNERS}), csv_of(rows))) == (0, 3, 0)


def test_known_partners_change_their_details_and_are_moved_by_a_move_only():
    home, other = make_territory("CN-ZJ"), make_territory("CN-JS")
    make_partner("acme", name="Acme", home=home)
    make_partner("above")
    profile = make_profile("partners", code="code", name="name", phone="phone", parent="parent", home="home")

    job = bring_in(
        profile,
        csv_of(
            [
                ["code", "name", "phone", "parent", "home"],
                ["acme", "Acme Ltd", "1", "", "CN-ZJ"],
                ["above", "above", "", "acme", other.code],
                ["new", "New", "", "nobody", "nowhere"],
            ],
        ),
    )

    acme = Partner.objects.get(code="acme")
    assert (acme.name, acme.phone, acme.sort_key) == ("Acme Ltd", "1", "acme ltd")
    assert refused(job) == [
        (3, "home", "planned_as_a_move"),
        (3, "parent", "planned_as_a_move"),
        (4, "home", "unknown_code"),
    ]
    assert counts(job) == (1, 0, 2)


def test_codes_of_a_system_enter_and_may_change_their_meaning():
    acme, west = make_partner("acme"), make_partner("west")
    profile = make_profile("external_codes", kind={"default": "partner"}, code="code", record="record")
    header = ["code", "record"]

    first = bring_in(profile, csv_of([header, ["100", "acme"], ["200", "nobody"], ["300", "acme"], ["300", "west"]]))
    second = bring_in(profile, csv_of([header, ["100", "west"]]))

    assert refused(first) == [(3, "record", "unknown_code"), (5, "code", "twice_in_file")]
    assert (counts(first), counts(second)) == ((2, 0, 2), (1, 0, 0))
    assert dict(ExternalCode.objects.values_list("code", "target_id")) == {"100": west.pk, "300": acme.pk}


def test_a_lookup_names_the_profile_it_belongs_to():
    profile = make_profile("products")

    assert str(LookupTable(profile=profile, name="products", key_column="k", value_column="v")) == "products"

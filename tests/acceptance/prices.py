"""The bicycle maker's list prices, dealer price and special offers, as data of price lists and promotions."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from partners.models import Authorisation, Partner, PartnerType
from pricing.services.price_answers import Cart, Line, answer_carts
from tests.acceptance import adventureworks as aw
from tests.factories.imports import make_profile
from tests.factories.partners import ALWAYS

EVER = "2000-01-01"
FOUR_PLACES = "0.0001"
DEALER_SHARE = "0.60"
# The list's head is ours to write: the files have prices, not lists.
LISTS = f"""code,name,currency,step,base,factor,valid_from
list,List price,USD,{FOUR_PLACES},,,
dealer,Dealer price,USD,{FOUR_PLACES},list,{DEALER_SHARE},{EVER}
"""
CUSTOMER = "Customer"
ASSIGNED = f"""price_list,target_kind,target,valid_from,priority
dealer,type,{aw.RESELLER},{EVER},1
list,type,{CUSTOMER},{EVER},2
"""
PRICES = {
    "price_list": {"default": "list"},
    "product": "ProductNumber",
    "unit_price": "ListPrice",
    "valid_from": "EffectiveFrom",
    "valid_through": "EffectiveTo",
}
# The maker takes the rate twice: in points off the list price, and again off the line.
OFFERS = {
    "code": "SpecialOfferID",
    "name": "Description",
    "category": "Category",
    "valid_from": "StartDate",
    "valid_through": "EndDate",
    "min_quantity": "MinQty",
    "max_quantity": "MaxQty",
    "effect": {"default": "points_off_list"},
    "value": "DiscountPct",
    "line_discount": "DiscountPct",
    "target_kind": {"default": "type"},
    "target": "Category",
}
NO_OFFER = "1"  # "No Discount" is for no category of partners: its row is refused, and no promotion stands for it


@dataclass(frozen=True)
class Case:
    """One line that was sold, and what it cost."""

    reseller: str
    product: str
    on: date
    quantity: Decimal
    offer: str
    unit_price: Decimal
    amount: Decimal


def load_prices(feed):
    """The jobs that bring lists, prices, assignments, offers and their products in; by name."""
    PartnerType.objects.get_or_create(code=CUSTOMER, defaults={"name": CUSTOMER, "name_en": CUSTOMER})
    steps = {"rounding_step": "step", "amount_step": "step"}
    lists = {name: name for name in ("code", "name", "currency", "base", "factor", "valid_from")}
    columns = {name: name for name in ("price_list", "target_kind", "target", "valid_from", "priority")}
    items = make_profile("promotion_items", feed=feed, promotion="SpecialOfferID")
    product = aw.lookup(items, "oltp_product.csv", key="ProductID", value="ProductNumber")
    aw.mapped(items, "product", "ProductID", lookup=product)
    return {
        "lists": aw.bring_in(make_profile("price_lists", feed=feed, **lists, **steps), "lists.csv", LISTS.encode()),
        "prices": aw.bring_in(make_profile("prices", feed=feed, **PRICES), "product_price_version.csv"),
        "assigned": aw.bring_in(
            make_profile("price_assignments", feed=feed, **columns), "assigned.csv", ASSIGNED.encode()
        ),
        "offers": aw.bring_in(make_profile("promotions", feed=feed, **OFFERS), "oltp_special_offer.csv"),
        "items": aw.bring_in(items, "oltp_special_offer_product.csv"),
    }


def authorise_everybody():
    """Resellers may sell the whole range."""
    Authorisation.objects.bulk_create(
        Authorisation(partner=partner, valid_during=ALWAYS) for partner in Partner.objects.order_by("pk")
    )


def cases():
    """Every line of the pricing cases that is no exception, with the reseller of its order."""
    codes = {row["ResellerKey"]: row["ResellerAlternateKey"] for row in aw.rows("dim_reseller.csv")}
    buyers = {row["SalesOrderNumber"]: codes[row["ResellerKey"]] for row in aw.rows(aw.RESELLER_LINES)}
    return [
        Case(
            buyers[row["sales_order"]],
            row["product_number"],
            date.fromisoformat(row["order_date"]),
            Decimal(row["quantity"]),
            row["offer_by_rule"],
            Decimal(row["unit_price"]),
            Decimal(row["line_amount"]),
        )
        for row in aw.rows("pricing_cases.csv.gz")
        if row["is_exception"] == "0"
    ]


def answered(found):
    """Each case with the project's own answer: as one question for all, a cart per reseller and day."""
    carts = defaultdict(list)
    for case in found:
        carts[case.reseller, case.on].append(case)
    partners = {partner.code: partner for partner in Partner.objects.all()}
    asked = [
        Cart(partners[reseller], on, [Line(case.product, case.quantity) for case in lines], "USD")
        for (reseller, on), lines in carts.items()
    ]
    answers = answer_carts(carts=asked, known_at=aw.noon(aw.last_day()))
    return [
        pair for lines, prices in zip(carts.values(), answers, strict=True) for pair in zip(lines, prices, strict=True)
    ]

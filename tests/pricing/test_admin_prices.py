"""Price managers at work: lists, prices, assignments, promotions and the price check."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.lib.periods import business_day
from partners.models import PartnerTier
from pricing.models import Agreement, PriceAssignment, PriceFormula, PriceList, PriceRow, Promotion
from pricing.services import agreements, usage
from tests.factories.partners import make_partner_type, make_product, make_product_line
from tests.factories.prices import KNOWN, assign, authorise, make_formula, make_list, make_promotion, set_price

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"admin:pricing_{name}", args=args)


def confirmed(client, address, data):
    """Ask for the preview, then do what it shows."""
    shown = client.post(address, data)
    context = shown.context
    assert context["form"].errors == {}
    return shown, client.post(address, {**data, "previewed": context["previewed"]})


@pytest.fixture
def laptop():
    return make_product("A-100", name="Laptop")


def test_a_list_is_made_priced_and_assigned_each_change_shown_before(as_staff, laptop):
    new = {"code": "LP", "name": "List", "kind": "fixed", "currency": "CNY", "rounding": "half_up"}
    as_staff.post(at("pricelist_new"), new)
    listed = PriceList.objects.get()
    set_price(listed, laptop, "100", valid_from=date(2026, 1, 1))

    data = {"product": laptop.pk, "min_quantity": "1", "unit_price": "110", "valid_from": "2026-04-01"}
    shown, _ = confirmed(as_staff, at("pricelist_set_price", listed.pk), data)
    gold = PartnerTier.objects.create(code="gold", name="Gold", rank=1)
    target = {"target_kind": "tier", "tier": gold.pk, "priority": "1", "valid_from": "2026-01-01"}
    confirmed(as_staff, at("pricelist_assign", listed.pk), target)

    assert shown.context["preview"].changes == [("A-100, 1+", "¥100.00", "¥110.00")]
    assert list(PriceRow.objects.order_by("valid_from").values_list("unit_price", flat=True)) == [100, 110]
    assert PriceAssignment.objects.get().tier == gold
    assert as_staff.get(at("pricelist_change", listed.pk)).status_code == 200


def test_a_circle_and_a_tie_are_refused_above_the_kept_input(as_staff):
    base = make_formula(make_list("A"), "0.9", "B")
    other = make_formula(base, "0.9", "C")
    assign(base, "type", make_partner_type(), priority=3)

    circle = as_staff.post(
        at("pricelist_set_formula", base.pk), {"base": other.pk, "factor": "1", "valid_from": "2026-02-01"}
    )
    second = {"target_kind": "type", "type": make_partner_type().pk, "priority": "3", "valid_from": "2026-01-01"}
    shown = as_staff.post(at("pricelist_assign", base.pk), second)
    tie = as_staff.post(at("pricelist_assign", base.pk), {**second, "previewed": shown.context["previewed"]})

    assert "would be computed from itself" in circle.content.decode()
    assert "Priority 3 already belongs to another type" in tie.content.decode()
    assert (PriceFormula.objects.count(), PriceAssignment.objects.count()) == (2, 1)


def test_the_grid_shows_what_is_in_force_on_a_day(as_staff, laptop):
    listed = make_list("LP", (laptop, "100"), (laptop, "90", 10))
    set_price(listed, laptop, "110", valid_from=date(2026, 4, 1))
    set_price(listed, laptop, "120", valid_from=date(2026, 4, 1))

    def prices(**query):
        rows = as_staff.get(at("pricerow_changelist"), query).context["cl"].result_list
        return [row.unit_price for row in rows]

    assert prices(in_force="2026-03-31") == [100, 90]
    assert prices(in_force="2026-04-01") == [120, 90]
    assert prices(known="before") == [110]
    assert prices(q="laptop") == prices(price_list__id__exact=listed.pk) == [120, 110, 100, 90]
    assert as_staff.get(at("pricerow_export"), {"format": "csv"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["pricelist", "pricerow", "priceassignment", "promotion"])
def test_lists_cost_the_same_however_many(name, count, as_staff, django_assert_max_num_queries):
    for _ in range(count):
        product = make_product()
        assign(make_list(None, (product, "1")), "type", make_partner_type(), priority=product.pk % 30000 + 1)
        make_promotion(None, product)

    with django_assert_max_num_queries(20):
        response = as_staff.get(at(f"{name}_changelist"))

    assert len(response.context["cl"].result_list) == count


def test_the_price_check_says_why_as_of_a_day_and_as_known_then(as_staff, acme, laptop):
    authorise(acme)
    listed = make_list("LP", (laptop, "100"), (laptop, "90", 50))
    assign(make_formula(listed, "0.8", "DP"))
    make_promotion("SPRING", laptop, min_quantity=Decimal(30))
    set_price(listed, laptop, "120", valid_from=date(2026, 1, 1), at=timezone.now() - timedelta(days=1))
    address = at("pricelist_price_check")
    asked = {"partner": acme.pk, "product": laptop.pk, "quantity": "20", "on": "2026-03-16"}

    now = as_staff.get(address, asked).content.decode()
    then = as_staff.get(address, {**asked, "known_on": business_day(KNOWN)}).content.decode()

    for words in ("¥96.00", "¥120.00", "DP × 0.8", "−¥24.00", "¥1,920.00", "SPRING", "from 30, you have 20"):
        assert words in now
    assert "¥80.00" in then


def test_a_price_check_without_a_price_says_why(as_staff, acme, laptop):
    assign(make_list("LP"))
    authorise(acme)

    page = as_staff.get(
        at("pricelist_price_check"), {"partner": acme.pk, "product": laptop.pk, "quantity": "1"}
    ).content.decode()

    assert "Why there is no price" in page
    assert "does not have the product" in page


def test_a_promotion_is_made_filled_and_changed(as_staff, laptop):
    new = {
        "code": "SPRING",
        "name": "Spring",
        "valid_from": "2026-03-01",
        "valid_through": "2026-03-31",
        "min_quantity": "10",
        "effect": "percent_off",
        "value": "0.10",
        "line_discount": "0",
    }
    as_staff.post(at("promotion_new"), new)
    promotion = Promotion.objects.get()
    line = make_product_line()
    as_staff.post(at("promotion_add_items", promotion.pk), {"product_line": line.pk})
    as_staff.post(at("promotion_offer", promotion.pk), {"target_kind": "everybody"})
    shown, _ = confirmed(as_staff, at("promotion_set_terms", promotion.pk), {**new, "value": "0.20"})

    assert shown.context["preview"].changes[2][1:] == ("10% · Percent off the price", "20% · Percent off the price")
    assert promotion.items.get().product_line == line
    assert promotion.audiences.get().target_kind == "everybody"
    known = promotion.terms.get(known_until=None)
    assert (known.value, isinstance(known.known_from, datetime)) == (Decimal("0.20"), True)


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "2201-01-01", "9999-12-31"])
def test_a_price_check_of_a_day_without_prices_is_refused_at_its_field(as_staff, acme, laptop, day):
    question = {"partner": acme.pk, "product": laptop.pk, "quantity": "1", "on": day, "known_on": day}

    shown = as_staff.get(at("pricelist_price_check"), question)

    assert sorted(shown.context["form"].errors) == ["known_on", "on"]


def test_an_agreement_is_made_said_and_limited(as_staff, acme, laptop):
    as_staff.post(at("agreement_new"), {"code": "AG", "name": "Hospital", "partner": acme.pk, "customer": "H-12"})
    made = Agreement.objects.get()
    said = {
        "product": laptop.pk,
        "effect": "unit_price",
        "value": "80",
        "currency": "CNY",
        "min_quantity": "0",
        "valid_from": "2026-01-01",
    }
    confirmed(as_staff, at("agreement_agree", made.pk), said)
    shown, _ = confirmed(as_staff, at("agreement_agree", made.pk), {**said, "value": "75"})
    confirmed(as_staff, at("agreement_set_limit", made.pk), {"measure": "quantity", "cap": "100"})

    assert shown.context["preview"].changes[0][1:] == ("¥80.00", "¥75.00")
    assert [(line.value, line.known_until is None) for line in made.lines.order_by("pk")] == [(80, False), (75, True)]
    assert made.limit.cap == 100
    page = as_staff.get(at("agreement_changelist")).content.decode()
    assert "0 / 100 · Pieces" in page
    wrong = as_staff.post(at("agreement_agree", made.pk), {**said, "currency": ""})
    assert "Money has a currency" in wrong.content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["agreement", "usagelimit", "usageentry"])
def test_lists_of_agreements_cost_the_same_however_many(name, count, as_staff, acme, django_assert_max_num_queries):
    for number in range(count):
        made = agreements.create_agreement(code=f"AG{number}", name="AG", partner=acme)
        usage.set_limit(of=made, measure="quantity", cap=Decimal(10))
        usage.reserve(of=made, reference="order", quantity=Decimal(1), at=timezone.now(), partner=acme)

    with django_assert_max_num_queries(20):
        response = as_staff.get(at(f"{name}_changelist"))

    assert len(response.context["cl"].result_list) == count

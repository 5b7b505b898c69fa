"""Price managers at work on a revision: drafted, changed, compared, submitted, announced, published, given back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from channelhub.lib.periods import business_day
from partners.services.reference import load_reference
from pricing.models import PriceRevision, PriceRow, RevisionNotice
from tests.factories.partners import make_partner, make_product, make_product_line
from tests.factories.prices import assign, authorise, make_list, set_price
from tests.factories.revisions import contract, draft
from tests.pricing.test_admin_prices import at, confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return business_day(timezone.now()) + timedelta(days=40)


@pytest.fixture
def listed():
    line = make_product_line("L1", name="Laptops")
    return make_list("LP", (make_product("A", line=line, name="Laptop"), 10), (make_product("B"), 20))


@pytest.fixture
def made(listed, day):
    return draft(listed, effective_on=day, at=timezone.now(), change=None)


def listing(client, name, **query):
    return client.get(at(f"{name}_changelist"), query).context["cl"].result_list


def test_a_draft_is_made_and_changed_with_what_it_does_shown_before(as_staff, listed, day):
    as_staff.post(at("pricerevision_new"), {"price_list": listed.pk, "title": "Spring", "effective_on": day})
    made = PriceRevision.objects.get()
    line = listed.rows.get(product__sku="A").product.line

    data = {"kind": "percent", "value": "3", "product_line": line.pk}
    shown, _ = confirmed(as_staff, at("pricerevision_change_prices", made.pk), data)

    assert made.author is not None
    assert shown.context["preview"].button == "Change 1 price"
    assert shown.context["preview"].facts[0] == ("dearer", "1 · +3%")
    assert [row.new_price for row in made.rows.order_by("pk")] == [Decimal("10.3"), 20]
    confirmed(
        as_staff,
        at("pricerevision_set_price", made.pk),
        {"product": make_product("C").pk, "min_quantity": 1, "unit_price": 5},
    )
    assert made.rows.count() == 3


def test_a_negative_change_is_refused_above_the_kept_input(as_staff, made):
    shown = as_staff.post(at("pricerevision_change_prices", made.pk), {"kind": "amount", "value": "-11"})

    assert "1 prices would be negative, of A." in shown.content.decode()


def test_the_comparison_is_filtered_searched_and_exported(as_staff, made, listed):
    row = made.rows.get(product__sku="A")
    data = {"unit_price": "12"}
    confirmed(as_staff, at("pricerevisionrow_set_new", row.pk), data)
    set_price(
        listed,
        listed.rows.get(product__sku="B").product,
        21,
        valid_from=business_day(timezone.now()),
        at=timezone.now(),
    )
    of = {"revision__id__exact": made.pk}
    skus = lambda **query: [row.product.sku for row in listing(as_staff, "pricerevisionrow", **of, **query)]

    assert skus() == ["A", "B"]
    assert (skus(change="up"), skus(change="same"), skus(change="down")) == (["A"], ["B"], [])
    assert (skus(size="20"), skus(size="10"), skus(line="L1")) == (["A"], ["A"], ["A"])
    assert (skus(stale="yes"), skus(q="Laptop")) == (["B"], ["A"])
    page = as_staff.get(at("pricerevisionrow_changelist"), of).content.decode()
    assert ("+20%" in page, "list has changed" in page) == (True, True)
    file = as_staff.get(reverse("admin:pricing_pricerevisionrow_export"), {**of, "format": "csv"})
    assert file.status_code == 200


def test_the_whole_way_in_the_admin(as_staff, made, listed, day):
    load_reference()
    acme = make_partner("acme", name="Acme")
    authorise(acme)
    assign(listed, "partner", acme)
    contract(acme, notice_days=30, consent=True)
    do = lambda name, **data: as_staff.post(at(f"pricerevision_{name}", made.pk), data, follow=True)
    state = lambda: PriceRevision.objects.get().status
    confirmed(as_staff, at("pricerevision_change_prices", made.pk), {"kind": "percent", "value": "3"})

    do("submit")
    assert state() == "submitted"
    PriceRevision.objects.update(status="approved")
    shown, _ = confirmed(as_staff, at("pricerevision_announce", made.pk), {})
    assert shown.context["preview"].facts[0] == ("partners concerned", "1")
    refused = do("publish")
    assert "The consent of Acme is missing." in refused.content.decode()
    notice = RevisionNotice.objects.get()
    assert "Waits" in as_staff.get(at("revisionnotice_changelist")).content.decode()
    as_staff.post(at("revisionnotice_settle", notice.pk), {"comment": "By telephone"})
    do("publish")
    assert state() == "published"
    page = as_staff.get(at("pricerevision_change", made.pk)).content.decode()
    assert "Waits for its day" in page
    confirmed(as_staff, at("pricerevision_revert", made.pk), {"reason": "Wrong"})

    assert state() == "reverted"
    assert PriceRow.objects.filter(known_until=None).count() == 2


def test_too_early_is_said_before_it_is_announced(as_staff, made, listed):
    acme = make_partner("acme", name="Acme")
    authorise(acme)
    assign(listed, "partner", acme)
    contract(acme, notice_days=90)
    confirmed(as_staff, at("pricerevision_change_prices", made.pk), {"kind": "percent", "value": "3"})

    page = as_staff.get(at("pricerevision_change", made.pk)).content.decode()
    PriceRevision.objects.update(status="approved")
    shown = as_staff.post(at("pricerevision_announce", made.pk), {})

    assert "Too early for Acme." in page
    assert (shown.context["preview"].refused, shown.context["preview"].warnings) == (True, ["Too early for Acme."])


def test_only_what_can_be_done_is_offered(as_staff, made):
    page = lambda: as_staff.get(at("pricerevision_change", made.pk)).content.decode()  # noqa: PLW0108 - asked twice
    offered = lambda text: [
        name for name in ("submit", "announce", "publish", "revert") if f"/{made.pk}/{name}" in text
    ]
    assert offered(page()) == ["submit"]

    PriceRevision.objects.update(status="announced", announced_at=timezone.now())

    assert offered(page()) == ["announce", "publish"]


def test_lists_ask_as_much_for_three_rows_as_for_one(as_staff, listed, day):
    counts = []
    for number in range(3):
        draft(listed, effective_on=day + timedelta(days=number), at=timezone.now())
        as_staff.get(at("pricerevision_changelist"))
        with CaptureQueriesContext(connection) as asked:
            as_staff.get(at("pricerevision_changelist"))
        counts.append(len(asked))
    assert counts[0] == counts[2]

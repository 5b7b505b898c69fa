"""What a dealer is told of coming prices: its own net prices before and after, and its answer to them."""

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from channelhub.core.services import exports
from channelhub.lib.periods import business_day
from pricing.models import PriceRow, RevisionNotice
from pricing.services import revision_publishing
from tests.conftest import logged_in
from tests.factories.partners import make_dealer, make_partner, make_product
from tests.factories.prices import assign, authorise, make_formula, make_list, make_promotion
from tests.factories.revisions import announced, contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def products():
    return make_product("A", name="Laptop"), make_product("B", name="Mouse")


@pytest.fixture
def notice(products):
    """Acme pays half of a list that becomes three percent dearer in forty days, and its contract asks for consent."""
    acme = make_partner("acme", name="Acme")
    authorise(acme)
    listed = make_list("L", (products[0], 100), (products[1], 10))
    assign(make_formula(listed, "0.5"), "partner", acme)
    contract(acme, notice_days=30, consent=True)
    now = timezone.now()
    return announced(listed, at=now, effective_on=business_day(now) + timedelta(days=40)).notices.get()


@pytest.fixture
def owner(notice):
    return logged_in(make_dealer("owner@acme.example", partner=notice.partner, name="Ada", role="owner"))


def page(client, notice, **query):
    return client.get(reverse("portal_new_price", args=[notice.pk]), query)


def told(answer):
    return [(row.product.sku, str(row.before), str(row.after)) for row in answer.context["rows"]]


def test_own_net_prices_before_and_after_are_told_and_nothing_stays(owner, notice):
    assert [row.title for row in owner.get(reverse("portal_new_prices")).context["rows"]] == ["Spring"]

    shown = page(owner, notice)

    assert told(shown) == [("A", "50.00", "51.50"), ("B", "5.00", "5.15")]
    assert "¥103" not in shown.content.decode()
    assert PriceRow.objects.count() == 2
    assert told(page(owner, notice, q="Mouse")) == [("B", "5.00", "5.15")]


def test_a_published_revision_says_the_same_and_a_promotion_counts(owner, notice, products):
    make_promotion("P", products[1], value="1", effect="unit_price", currency="CNY")
    RevisionNotice.objects.update(consent="not_needed")
    revision_publishing.publish(revision=notice.revision, at=timezone.now())

    assert told(page(owner, notice)) == [("A", "50.00", "51.50"), ("B", "1.00", "1.00")]


def test_the_entitled_person_answers_and_others_do_not(owner, notice):
    address = reverse("portal_new_price_answer", args=[notice.pk])
    viewer = logged_in(make_dealer("viewer@acme.example", partner=notice.partner, role="viewer"))
    notice.partner.memberships.filter(user__email="viewer@acme.example").update()
    assert "Agree to the new prices" in page(owner, notice).content.decode()

    owner.post(address, {"answer": "agree"})
    again = viewer.post(address, {"answer": "decline"}, follow=True)

    notice.refresh_from_db()
    assert (notice.consent, notice.person) == ("given", "Ada")
    assert again.status_code == 200
    assert "Agree to the new prices" not in page(owner, notice).content.decode()


def test_another_partner_finds_nothing(notice):
    stranger = logged_in(make_dealer(partner=make_partner("ben")))

    assert page(stranger, notice).status_code == 404
    assert stranger.post(reverse("portal_new_price_answer", args=[notice.pk])).status_code == 404
    assert list(stranger.get(reverse("portal_new_prices")).context["rows"]) == []


def test_what_was_taken_back_is_gone(owner, notice):
    revision_publishing.withdraw(revision=notice.revision, by=None, reason="x", at=timezone.now())

    assert page(owner, notice).status_code == 404
    assert list(owner.get(reverse("portal_new_prices")).context["rows"]) == []


def test_it_can_be_downloaded(owner, notice):
    sent = {"list": "new_prices", "notice": notice.pk, "q": "", "file_format": "csv"}

    owner.post(reverse("portal_export_new"), sent)
    job = exports.work_on_next_export(at=timezone.now())

    rows = list(csv.reader(exports.file_of(job).read_text(encoding="utf-8-sig").splitlines()))
    assert [(row[0], Decimal(row[5]), Decimal(row[6]), row[7]) for row in rows[1:]] == [
        ("A", 50, Decimal("51.5"), "CNY"),
        ("B", 5, Decimal("5.15"), "CNY"),
    ]


def test_a_page_of_one_asks_as_much_as_one_of_two(owner, notice):
    counts = []
    for words in ("Mouse", "", ""):
        with CaptureQueriesContext(connection) as asked:
            page(owner, notice, **({"q": words} if words else {}))
        counts.append(len(asked))
    assert counts[1] == counts[2]
    assert abs(counts[0] - counts[1]) <= 2

"""The demo's channel as a whole: all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from channelhub.core.models import ExternalCode, Feed, User
from channelhub.core.services import attention
from channelhub.lib.periods import add_months, business_day, month_of
from partners.models import Partner, Product
from partners.services.api_clients import create_client
from partners.services.placements import move_partner
from partners.services.reference import load_reference
from performance.enums import FIGURES_FINAL, REPORT_MISSING
from performance.errors import DemoNeedsEmptyChannel
from performance.services.demo import channel, money

MONTHS = 6


@dataclass(frozen=True)
class Access:
    """How one gets in: people, and the ERP's client with its secret, which is told only now."""

    logins: list[channel.Login]
    password: str
    client_id: str
    client_secret: str


@transaction.atomic
def seed_demo(*, seed: int, at: datetime, say: Callable[[str], Any]) -> Access:
    """Put a small channel with six months of history into an empty system; refused where partners stand already.

    The same seed and day give the same channel; only ids and the client's secret differ.
    """
    if Partner.objects.exists():
        raise DemoNeedsEmptyChannel("There are partners already; the demo is for an empty system.")
    load_reference()
    today = business_day(at)
    first = add_months(month_of(today), -MONTHS)
    began = at - timedelta(days=(today - first).days)
    channel.make_areas()
    channel.make_products()
    partners = channel.make_partners(since=first)
    channel.make_authorisations(partners=partners, since=first, at=began)
    logins = channel.make_people(partners=partners, since=first)
    say(f"  {len(partners)} partners, {Product.objects.count()} products")
    money.make_rates(first=first, until=today, at=began)
    money.make_programmes(partners=partners, first=first, at=began)
    client, secret = create_client(name="ERP", partner=None, scopes=list(settings.API_SCOPES))
    reports = Feed.objects.create(code="dealer-reports", name="Reports of dealers")
    _name_for_the_erp(client.feed, partners)
    closer = User.objects.get(email=f"finance@{channel.DOMAIN}")
    money.sell(erp=client.feed, reports=reports, first=first, at=at, today=today, seed=seed, closer=closer, say=say)
    _move_some(partners, today, at)
    _call_for_attention(partners, today, at)
    return Access(logins, channel.PASSWORD, client.client_id, secret)


def _name_for_the_erp(feed: Feed, partners: dict[str, Partner]) -> None:
    """The ERP knows partners and products by numbers of its own."""
    products = Product.objects.order_by("sku")
    kinds = ExternalCode.Kind
    ExternalCode.objects.bulk_create(
        [
            ExternalCode(feed=feed, kind=kinds.PARTNER, code=f"{100100 + n}", target_id=partner.pk)
            for n, partner in enumerate(partners.values())
        ]
        + [
            ExternalCode(feed=feed, kind=kinds.PRODUCT, code=f"MAT-{4000 + n}", target_id=product.pk)
            for n, product in enumerate(products)
        ],
    )


def _move_some(partners: dict[str, Partner], today: date, at: datetime) -> None:
    """One dealer changed its distributor some weeks ago, and another will from the month after next."""
    then = add_months(month_of(today), -1)
    move_partner(partner=partners["P-0107"], parent=partners["D-SOUTH"], first_day=then, at=at)
    soon = add_months(month_of(today), 2)
    move_partner(partner=partners["P-0205"], parent=partners["D-EAST"], first_day=soon, at=at)


def _call_for_attention(partners: dict[str, Partner], today: date, at: datetime) -> None:
    """What stands on people's start pages."""
    final = f"{add_months(month_of(today), -2):%Y-%m}"
    for code in ("D-EAST", "D-SOUTH", "P-0101"):
        attention.notify(FIGURES_FINAL, at=at, partner_id=partners[code].pk, month=final)
    late = partners["P-0304"]
    attention.open_task(
        kind=REPORT_MISSING,
        key=f"performance.report_missing:{late.pk}",
        at=at,
        role="channel_manager",
        record=late,
        due_on=today + timedelta(days=3),
        partner=late.name,
        day=f"{today - timedelta(days=9):%Y-%m-%d}",
    )

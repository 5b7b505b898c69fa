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
from performance.rules.demo import channel as made
from performance.rules.demo.sales import Sales
from performance.rules.demo.scales import Scale
from performance.rules.demo.troubles import Planted, cast
from performance.services.demo import channel, goods, judgement, ledger, money, papers, prices


@dataclass(frozen=True)
class Access:
    """How one gets in: people, and the ERP's client with its secret, which is told only now; what was planted."""

    logins: list[channel.Login]
    password: str
    client_id: str
    client_secret: str
    planted: Planted


@transaction.atomic
def seed_demo(*, scale: Scale, seed: int, at: datetime, say: Callable[[str], Any]) -> Access:
    """Put a channel with two years of history into an empty system, whole or not at all.

    Refused where partners stand already. The same scale, seed and day give the same channel; only ids and the client's
    secret differ.
    """
    if Partner.objects.exists():
        raise DemoNeedsEmptyChannel("There are partners already; the demo is for an empty system.")
    load_reference()
    today = business_day(at)
    first = add_months(month_of(today), -scale.months)
    rows, products = made.partners(scale, seed), made.products(scale, seed)
    sales = Sales(
        scale=scale,
        seed=seed,
        first=first,
        until=today,
        partners=rows,
        products=products,
        troubles=cast(rows, months=scale.months + 1, seed=seed),
        brackets=money.BRACKETS,
    )
    client, secret = create_client(name="ERP", partner=None, scopes=list(settings.API_SCOPES))
    reports = Feed.objects.create(code="dealer-reports", name="Reports of dealers")
    partners, logins = _masters(sales, client.feed, at - timedelta(days=(today - first).days))
    say(f"  {len(partners):,} partners, {len(products):,} products")
    prices.make_prices(products=products, partners=partners, first=first, today=today, at=at)
    levels = goods.make_goods(
        rows=rows, partners=partners, products=products, feeds=(client.feed, reports), at=at, seed=seed
    )
    say(f"  price lists, {levels:,} stock levels")
    closer = User.objects.get(email=f"finance@{channel.DOMAIN}")
    ledger.sell(sales=sales, erp=client.feed, reports=reports, at=at, today=today, closer=closer, say=say)
    judgement.make_judgement(partners=partners.values(), first=first, today=today, at=at)
    heads = [partners[row.code] for row in rows if row.kind == "distributor"]
    money.draft_next_year(partners=heads, today=today, at=at - timedelta(days=2))
    papers.make_papers(partners=partners, since=first, today=today, at=at)
    _move_some(partners, today, at)
    _call_for_attention(partners, today, at)
    return Access(logins, channel.PASSWORD, client.client_id, secret, sales.planted)


def _masters(sales: Sales, erp: Feed, began: datetime) -> tuple[dict[str, Partner], list[channel.Login]]:
    """Areas, products, partners, authorisations, people, rates and programmes."""
    first, rows = sales.first, sales.partners
    channel.make_areas()
    channel.make_products(sales.products, feed=erp)
    partners = channel.make_partners(rows, feed=erp, since=first, at=began)
    channel.make_authorisations(rows=rows, partners=partners, troubles=sales.troubles, first=first, at=began)
    logins = channel.make_people(partners=partners, since=first)
    money.make_rates(first=first, until=sales.until, at=began)
    money.make_programmes(rows=rows, partners=partners, first=first, at=began)
    _name_for_the_erp(erp, partners)
    return partners, logins


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
        batch_size=5000,
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

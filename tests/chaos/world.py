"""A channel with a history: one night done, much changed since, the next night open. Run as a module."""

import random
import sys
from datetime import UTC, date, datetime, timedelta

import django

DAY = date(2029, 3, 1)
NEXT_DAY = date(2029, 4, 2)
START = date(2029, 1, 1)
AT = datetime(2029, 1, 1, 4, tzinfo=UTC)
PARTNERS = 40


def build():
    from channelhub.core.services.night import chunks
    from performance.services import night

    partners = make_channel()
    rng = random.Random(7)
    for _ in range(6):
        sell_much(partners, rng, until=DAY, lines=150)
    run = night.open_night(day=DAY, at=AT)
    run = chunks.work_through(run=run, clock=lambda: datetime.now(UTC), worker="world")
    assert run.status == "done", run.status
    change_much(partners, rng)
    night.open_night(day=NEXT_DAY, at=AT)


def make_channel():
    from pricing.services import rates
    from tests.factories.partners import make_partner
    from tests.factories.rebates import make_programme, make_terms

    partners = []
    for number in range(PARTNERS):
        parent = partners[(number - 1) // 4] if number else None
        partners.append(make_partner(f"P{number:03}", parent=parent))
    for month in (1, 2, 3):
        rates.set_rate(currency="EUR", to_currency="CNY", month=date(2029, month, 1), rate=7 + month, at=AT)
    make_programme("volume", earners=partners, starts_on=START, terms=make_terms((0, "0.02"), (5000, "0.05")))
    marginal = make_terms((0, "0.01"), (3000, "0.03"), method="incremental")
    make_programme("tree", earners=partners[:10], period="year", starts_on=START, terms=marginal, scope="subtree")
    make_programme("monthly", earners=partners[::2], period="month", starts_on=START)
    return partners


def sell_much(partners, rng, *, until, lines):
    from partners.models import Product
    from tests.factories.ledger import line_of, record
    from tests.factories.partners import make_product

    product = Product.objects.order_by("pk").first() or make_product("SKU")
    days = (until - START).days
    record(
        *(
            line_of(
                rng.choice(partners),
                booked_on=START + timedelta(days=rng.randrange(days)),
                amount=rng.randrange(1, 2000),
                currency=rng.choice(["CNY", "CNY", "EUR"]),
                product=product,
            )
            for _ in range(lines)
        )
    )


def change_much(partners, rng):
    """New and late lines, returns, moves dated back, a corrected rate, new terms."""
    from partners.services.placements import move_partner
    from pricing.models import RebateProgramme, SalesLine
    from pricing.services import rates
    from tests.factories.ledger import line_of, record
    from tests.factories.rebates import make_terms, publish

    for _ in range(4):
        sell_much(partners, rng, until=NEXT_DAY, lines=100)
    originals = list(SalesLine.objects.order_by("pk")[:200:5])
    record(
        *(
            line_of(
                line.partner,
                booked_on=DAY,
                amount=-line.net_amount,
                quantity=-1,
                currency=line.currency,
                product=line.product,
                returns=line,
            )
            for line in originals
        )
    )
    for number in (7, 13, 22):
        move_partner(partner=partners[number], parent=partners[2], first_day=date(2029, 2, 1), at=AT)
    rates.set_rate(currency="EUR", to_currency="CNY", month=date(2029, 2, 1), rate=11, at=AT)
    programme = RebateProgramme.objects.get(code="monthly")
    publish(programme, terms=make_terms((0, "0.12")), valid_from=date(2029, 2, 1))


if __name__ == "__main__":
    django.setup()
    build()
    sys.exit(0)

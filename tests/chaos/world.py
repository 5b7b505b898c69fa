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
PLACES = ("NORTH", "EAST", "SOUTH", "WEST")
SELL_IN, SELL_OUT = 1, 3


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
    judge_by_much(partners)
    return partners


def judge_by_much(partners):
    """Who may sell where, minimum prices, targets, a scorecard, duties to report: the judgement's steps have work."""
    from channelhub.lib.periods import date_range
    from partners.services.authorisations import Limits, grant_authorisation
    from performance.services import reports
    from pricing.services.map_prices import set_map_price
    from tests.factories.judgement import make_card, make_target
    from tests.factories.partners import make_product, make_territory

    places = [make_territory(code) for code in PLACES]
    first, last = START, date(2029, 3, 31)
    for number, partner in enumerate(partners[:30]):  # the others may sell everywhere
        limits = Limits(territory=places[number % len(places)])
        grant_authorisation(partner=partner, valid_during=date_range(START, None), limits=limits, at=AT)
        make_target(partner, amount=500 + 200 * number, first=first, last=last)
        reports.set_due_day(partner=partner, due_day=1 + number % 20, since=START, at=AT)
    set_map_price(product=make_product("SKU"), currency="CNY", price=300, valid_from=START, at=AT)
    criteria = ("sales", 50, 3, [("0", 0), ("20000", 100)]), ("conflicts", 20, 1, [("0", 100), ("5", 0)])
    attained = ("attainment", 30, 3, [("0", 0), ("1", 100)])
    make_card(*criteria, attained, valid_from=START)


def sell_much(partners, rng, *, until, lines):
    from partners.models import Product, Territory
    from tests.factories.ledger import line_of, record

    product = Product.objects.get(sku="SKU")
    places = list(Territory.objects.filter(code__in=PLACES).order_by("code"))
    days = (until - START).days
    record(
        *(
            line_of(
                rng.choice(partners),
                booked_on=START + timedelta(days=rng.randrange(days)),
                amount=rng.randrange(1, 2000),
                currency=rng.choice(["CNY", "CNY", "EUR"]),
                product=product,
                kind=rng.choice([SELL_IN, SELL_IN, SELL_OUT]),
                sold_into=rng.choice(places),
            )
            for _ in range(lines)
        )
    )


def change_much(partners, rng):
    """New and late lines, returns, moves dated back, a corrected rate, new terms; other rights, prices and targets."""
    from channelhub.lib.periods import date_range
    from partners.models import Authorisation, Product
    from partners.services.authorisations import end_authorisation, grant_authorisation
    from partners.services.placements import move_partner
    from pricing.models import RebateProgramme, SalesLine
    from pricing.services import rates
    from pricing.services.map_prices import set_map_price
    from tests.factories.judgement import make_target
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
    for partner in partners[:8]:  # what was outside their territory is inside now
        grant_authorisation(partner=partner, valid_during=date_range(START, None), at=AT)
    for row in Authorisation.objects.filter(partner__in=partners[8:14]):
        end_authorisation(authorisation=row, last=date(2029, 2, 14), at=AT)
    set_map_price(product=Product.objects.get(sku="SKU"), currency="CNY", price=450, valid_from=date(2029, 2, 1), at=AT)
    for number, partner in enumerate(partners[:10]):
        make_target(partner, amount=3000 + number, first=START, last=date(2029, 3, 31), at=AT)


if __name__ == "__main__":
    django.setup()
    build()
    sys.exit(0)

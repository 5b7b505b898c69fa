"""Targets, scorecards and findings, by the services that make them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from channelhub.lib.periods import date_range
from partners.services.authorisations import Limits, grant_authorisation
from performance.services import conflicts, kpis, scorecards, scores, targets
from performance.services.night import LARGEST_ID
from performance.services.targets import Subject
from pricing.services import rollup
from pricing.services.map_prices import set_map_price
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_product, make_product_line, make_territory

NOON = datetime(2026, 3, 20, 4, tzinfo=UTC)
MARCH, LAST = date(2026, 3, 1), date(2026, 3, 31)
SALES = ("sales", 60, 1, [("0", 0), ("1000", 100)])


def make_target(partner=None, *, amount=1000, territory=None, first=MARCH, last=LAST, at=NOON, **fields):
    return targets.set_target(
        subject=Subject(partner, territory, fields.pop("product_line", None)),
        days=date_range(first, last),
        amount=Decimal(amount),
        at=at,
        **{"kpi": "sales", "currency": "CNY", **fields},
    )


def make_card(*criteria, code="card", grades=(("A", 80), ("B", 50), ("C", 0)), valid_from=date(2026, 1, 1), **fields):
    """A scorecard with criteria given as (KPI, weight, months, points)."""
    card = scorecards.create_scorecard(code=code, name="Card", **fields)
    terms = scorecards.terms(
        criteria=[
            (kpi, Decimal(weight), months, "linear", [(Decimal(x), Decimal(y)) for x, y in points])
            for kpi, weight, months, points in criteria or (SALES,)
        ],
        grades=[(letter, Decimal(start)) for letter, start in grades],
    )
    scorecards.publish_version(scorecard=card, valid_from=valid_from, currency="CNY", terms=terms, at=NOON)
    return card


def judge_night(day=LAST):
    """The steps of judgement, after the rollup."""
    rollup.roll_up(business_day=day)
    conflicts.judge(business_day=day)
    result = kpis.measure(business_day=day, lo=0, hi=LARGEST_ID)
    scores.rank(business_day=day)
    return result


def sell_wrongly(partner, *, amount=100):
    """Sell-out into a place the partner is not authorised for, below the minimum price; the two lines."""
    allowed, elsewhere, line = make_territory(), make_territory(), make_product_line()
    product = make_product(line=line)
    grant_authorisation(partner=partner, valid_during=date_range(MARCH, LAST), at=NOON, limits=Limits(allowed, line))
    set_map_price(product=product, currency="CNY", price=Decimal(amount), valid_from=MARCH, at=NOON)
    outside = line_of(partner, booked_on=MARCH, amount=amount, kind=3, product=product)
    outside.sold_into = elsewhere
    cheap = line_of(partner, booked_on=MARCH, amount=amount - 10, kind=3, product=product)
    cheap.sold_into = allowed
    return record(outside, cheap)

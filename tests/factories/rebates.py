"""Rebate programmes with terms and members, active."""

from datetime import UTC, date, datetime
from decimal import Decimal

from pricing.enums import SalesKind
from pricing.rules.rebates import Band, Terms
from pricing.services import members, programmes
from tests.factories.partners import next_number

JANUARY = date(2026, 1, 1)
AT = datetime(2026, 1, 1, 4, tzinfo=UTC)


def make_terms(*bands, method="retrospective", qualifier="amount", pays="percent", currency="CNY", **more):
    """Bands as (starts at, rate) pairs; default: ten percent from the first cent on."""
    pairs = [Band(Decimal(start), Decimal(rate)) for start, rate in bands or [(0, "0.10")]]
    return Terms(method, qualifier, pays, pairs, currency, **more)


def publish(programme, *, terms=None, valid_from=JANUARY, at=AT, kinds=(SalesKind.SELL_IN,), **counting):
    return programmes.publish_version(
        programme=programme,
        valid_from=valid_from,
        terms=terms or make_terms(currency=programme.currency),
        counting=programmes.Counting(kinds, **counting),
        at=at,
    )


def make_programme(
    code=None, *, earners=(), terms=None, period="quarter", currency="CNY", starts_on=JANUARY, **version
):
    """An active programme with one version and these members."""
    code = code or f"programme{next_number()}"
    programme = programmes.create_programme(code=code, name=code, currency=currency, period=period, starts_on=starts_on)
    publish(programme, terms=terms, valid_from=starts_on, **version)
    programmes.activate(programme=programme)
    members.add_members(programme=programme, partner_ids=[earner.pk for earner in earners])
    programme.refresh_from_db()
    return programme

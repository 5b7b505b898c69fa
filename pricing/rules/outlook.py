"""How far an account has come, and what more would bring: the same formula, asked about the next band."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pricing.rules.rebates import AMOUNT, ZERO, Terms, Turnover, rebate_earned


@dataclass(frozen=True, slots=True)
class BandProgress:
    """One band of the terms: how much of it is filled, in hundredths; the open last band is full when it is reached."""

    starts_at: Decimal
    ends_at: Decimal | None
    rate: Decimal
    reached: bool
    percent: int


@dataclass(frozen=True, slots=True)
class NextBand:
    """``missing`` more of the qualifier reach the band at ``starts_at``; the rebate grows by ``gain``.

    Where the rate is applied to another figure than the one that chooses the band, that figure is taken to grow in
    proportion, and ``gain`` is an estimate (``exact`` False).
    """

    starts_at: Decimal
    rate: Decimal
    missing: Decimal
    gain: Decimal
    exact: bool


def qualifying(turnover: Turnover, terms: Terms) -> Decimal:
    """The figure that chooses the band."""
    return turnover.amount if terms.qualifier == AMOUNT else turnover.quantity


def band_progress(*, turnover: Turnover, terms: Terms) -> Sequence[BandProgress]:
    """Every band with how much of it the turnover fills, from the lowest to the highest."""
    figure = qualifying(turnover, terms)
    ends = [band.starts_at for band in terms.bands[1:]] + [None]
    return [
        BandProgress(
            band.starts_at, end, band.rate, _reached(figure, band.starts_at), _filled(figure, band.starts_at, end)
        )
        for band, end in zip(terms.bands, ends, strict=True)
    ]


def next_band(*, turnover: Turnover, terms: Terms) -> NextBand | None:
    """The next band and what reaching it brings; None: the highest is reached, or nothing more is to be gained."""
    figure = qualifying(turnover, terms)
    ahead = [band for band in terms.bands if not _reached(figure, band.starts_at)]
    if not ahead:
        return None
    band = ahead[0]
    exact = terms.pays == ("percent" if terms.qualifier == AMOUNT else "per_unit")
    then = _grown(turnover, terms, band.starts_at)
    if then is None:
        return None
    gain = rebate_earned(turnover=then, terms=terms) - rebate_earned(turnover=turnover, terms=terms)
    return NextBand(band.starts_at, band.rate, band.starts_at - figure, gain, exact) if gain > 0 else None


def _reached(figure: Decimal, starts_at: Decimal) -> bool:
    return figure > 0 and figure >= starts_at


def _filled(figure: Decimal, starts_at: Decimal, ends_at: Decimal | None) -> int:
    if not _reached(figure, starts_at):
        return 0
    if ends_at is None or figure >= ends_at:
        return 100
    return int((figure - starts_at) * 100 / (ends_at - starts_at))


def _grown(turnover: Turnover, terms: Terms, wanted: Decimal) -> Turnover | None:
    """The turnover when the qualifier has come so far; None: the other figure cannot be told from nothing."""
    figure = qualifying(turnover, terms)
    if terms.qualifier == AMOUNT:
        other = turnover.quantity * wanted / figure if figure > 0 else ZERO
        known = terms.pays == "percent" or figure > 0
        return Turnover(wanted, other) if known else None
    other = turnover.amount * wanted / figure if figure > 0 else ZERO
    known = terms.pays == "per_unit" or figure > 0
    return Turnover(other, wanted) if known else None

"""What makes a sale a finding: pure judgements over one line, with the steps that explain them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Kinds of sales (``pricing.enums.SalesKind``) that each detector looks at.
SOLD_ON = (2, 3)  # outside territory: whatever a partner sells on
TO_END_CUSTOMERS = (3,)  # minimum advertised price: what end customers paid


@dataclass(frozen=True)
class Sale:
    """The facts of a line that the judgements look at. Tree nodes by their paths; ``sold_into`` None: not said."""

    day: date
    kind: int
    line_path: str
    sold_into: str | None
    quantity: Decimal
    net_amount: Decimal
    currency: str
    corrects: bool = False  # a return or a reversal, or reversed itself


@dataclass(frozen=True)
class Allowed:
    """An authorisation's limits; None: not limited. The last day is not included; None: open."""

    id: int
    territory: str | None
    line: str | None
    first_day: date | None
    until: date | None


@dataclass(frozen=True)
class Sold:
    """Where and when the line says it was sold."""

    day: date
    sold_into: str
    code: str = "sold"


@dataclass(frozen=True)
class Considered:
    """An authorisation that was looked at; ``why_not`` other_line, other_day, other_place, or empty: it allows."""

    authorisation: int
    why_not: str
    code: str = "considered"


@dataclass(frozen=True)
class Concluded:
    """The judgement: ``verdict`` outside, allowed, below, at_or_above or not_judged."""

    verdict: str
    damage: Decimal = Decimal(0)
    code: str = "concluded"


@dataclass(frozen=True)
class Compared:
    """The price per base unit beside the minimum of the day (None: there was none)."""

    unit_price: Decimal
    minimum: Decimal | None
    quantity: Decimal
    code: str = "compared"


Step = Sold | Considered | Concluded | Compared


def related(one: str, other: str) -> bool:
    """Whether one node lies under the other: a place said more coarsely than an authorisation cannot be judged."""
    return one.startswith(other) or other.startswith(one)


def judge_territory(sale: Sale, authorisations: Sequence[Allowed]) -> list[Step]:
    """Whether a sale lies outside everything its seller is authorised for on its day.

    Not judged: sell-in, corrections, lines that do not say where, partners that never had an authorisation. Allowed:
    the place is the authorised one, beneath it, or above it (the line is coarser than the authorisation), for the
    product line or a line above it, on any sales channel. Estimated damage: the net amount, the turnover that went
    past whoever is authorised there.
    """
    if sale.kind not in SOLD_ON or sale.corrects or sale.quantity <= 0 or not sale.sold_into or not authorisations:
        return [Concluded("not_judged")]
    considered = [Considered(each.id, _why_not(sale, sale.sold_into, each)) for each in authorisations]
    allowed = any(step.why_not == "" for step in considered)
    verdict = Concluded("allowed") if allowed else Concluded("outside", sale.net_amount)
    return [Sold(sale.day, sale.sold_into), *considered, verdict]


def _why_not(sale: Sale, sold_into: str, allowed: Allowed) -> str:
    if allowed.line is not None and not sale.line_path.startswith(allowed.line):
        return "other_line"
    if (allowed.first_day and sale.day < allowed.first_day) or (allowed.until and sale.day >= allowed.until):
        return "other_day"
    if allowed.territory is not None and not related(sold_into, allowed.territory):
        return "other_place"
    return ""


def judge_minimum(sale: Sale, minimum: Decimal | None) -> list[Step]:
    """Whether end customers paid less per base unit than the minimum of the day; exactly the minimum is right.

    Estimated damage: (minimum - price) x quantity. Not judged: sell-in, sell-through, corrections.
    """
    if sale.kind not in TO_END_CUSTOMERS or sale.corrects or sale.quantity <= 0:
        return [Concluded("not_judged")]
    compared = Compared(sale.net_amount / sale.quantity, minimum, sale.quantity)
    if minimum is None or sale.net_amount >= minimum * sale.quantity:
        return [compared, Concluded("at_or_above")]
    return [compared, Concluded("below", minimum * sale.quantity - sale.net_amount)]

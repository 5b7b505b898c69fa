"""What partners asks of the apps to its right; docs/hooks.md lists them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from channelhub.core.hooks import Hook, Hooks


@dataclass(frozen=True)
class MoveQuestion:
    """A move that is being considered: the subtree of a partner, from a day until another (None: for good)."""

    partner_id: int
    parent_id: int | None
    first_day: date
    until: date | None
    subtree: tuple[int, ...]


@dataclass(frozen=True)
class MoveEffect:
    """One kind of thing a move would touch: a code with values, rendered by the page that shows it."""

    code: str
    count: int
    values: dict[str, str] = field(default_factory=dict)


def _move_preview(question: MoveQuestion) -> list[MoveEffect]: ...  # type: ignore[empty-body]


move_preview = Hooks(
    "partners.move_preview",
    "What else would change if a partner's subtree stood elsewhere: contracts, targets, rebates. Reads only.",
    _move_preview,
)


def _sales_of_a_year(  # type: ignore[empty-body]
    partner_ids: tuple[int, ...],
    today: date,
) -> dict[int, list[tuple[str, Decimal]]]: ...


sales_of_a_year = Hooks(
    "partners.sales_of_a_year",
    "Net sales of partners over the last twelve months by currency, from the rollup: for lists of partners.",
    _sales_of_a_year,
)


@dataclass(frozen=True)
class PartnerLink:
    """A way from a partner's page to rows of another app."""

    title: str
    href: str


def _partner_links(partner_id: int, user: Any) -> list[PartnerLink]: ...  # type: ignore[empty-body]


partner_links = Hooks(
    "partners.partner_links",
    "What else there is of a partner: its sales lines, rebates, cases. Only what the person may see.",
    _partner_links,
)


def _purchases_of(  # type: ignore[empty-body]
    partner_id: int,
    line_path: str | None,
    period: tuple[date, date],
    currency: str,
) -> Decimal: ...


purchases_of = Hook(
    "partners.purchases_of",
    "What a partner bought of a product line and all beneath (None: of all) in a period, in one currency.",
    _purchases_of,
)

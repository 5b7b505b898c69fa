"""What a price answer is asked and what it says: plain data, no arithmetic."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from channelhub.lib.money import Rounding

ZERO = Decimal(0)
FIRST_YEAR, LAST_YEAR = 1990, 2200  # for other days there are no prices to ask for


@dataclass(frozen=True, slots=True)
class Break:
    """From ``min_quantity`` upwards the list's root says ``unit_price`` (None: ended), since ``valid_from``."""

    min_quantity: Decimal
    unit_price: Decimal | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class Formula:
    """One step from a base list to the list ``code``: times ``factor``."""

    code: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class ListOffer:
    """One price list that the partner is assigned, with what it says about the product.

    ``break_mode``: how the root's rows make up a line. ``rate``: from the root's currency into the answer's, all
    conversions in one; None: a rate is missing. ``changes_on``: the first later day on which the list's formula or one
    of the product's rows changes.
    """

    code: str
    kind: str
    priority: int
    target: str
    root_code: str
    root_currency: str
    formulas: Sequence[Formula]
    rate: Decimal | None
    rounding: Rounding
    amount_rounding: Rounding
    breaks: Sequence[Break]
    changes_on: date | None = None
    break_mode: str = "all_units"


@dataclass(frozen=True, slots=True)
class PromotionOffer:
    """A promotion that runs on the day for this partner and product; quantity decides whether it fits the line.

    ``agreed``: it is a line of an agreement instead, told apart only in the steps and in a tie. ``left``: so many are
    left of its limit; None: it has none.
    """

    code: str
    effect: str
    value: Decimal
    currency: str
    line_discount: Decimal
    min_quantity: Decimal
    max_quantity: Decimal | None
    valid_through: date | None
    left: Decimal | None = None
    agreed: bool = False

    def fits(self, quantity: Decimal) -> bool:
        return self.min_quantity <= quantity and (self.max_quantity is None or quantity <= self.max_quantity)


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that was considered: whether it fired, if not why, and by how much it changed the unit price.

    ``amount``: for list the price itself, for the others the change; a line discount changes the line's amount.
    """

    kind: str
    code: str
    fired: bool
    reason: str = ""
    amount: Decimal | None = None
    values: dict[str, str] = field(default_factory=dict)


class Steps(Sequence[Step]):
    """Steps that are made when somebody reads them: of a thousand prices few are asked why."""

    def __init__(self, make: Callable[[], Iterable[Step]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> list[Step]:
        return list(self._make())

    def __getitem__(self, index: Any) -> Any:
        return self._made[index]

    def __iter__(self) -> Iterator[Step]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._made == list(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class NextBreak:
    """The next quantity at which a piece costs less: ``more`` to buy, ``unit_price`` then, ``saves`` per piece."""

    quantity: Decimal
    more: Decimal
    unit_price: Decimal
    saves: Decimal


@dataclass(frozen=True, slots=True)
class Rung:
    """From ``quantity`` upwards a piece costs ``unit_price`` (with its share of a line discount).

    In a list with band totals: what the whole line costs from there on.
    """

    quantity: Decimal
    unit_price: Decimal
    promotion: str


class Answer(NamedTuple):
    """What a line costs and why; with a refusal there is no price."""

    quantity: Decimal
    currency: str
    refusal: str = ""
    list_code: str = ""
    list_price: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    promotion: str = ""
    line_discount: Decimal = ZERO
    valid_until: date | None = None
    break_mode: str = "all_units"
    agreement: str = ""
    next_break: NextBreak | None = None
    ladder: Sequence[Rung] = ()
    steps: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One line to be priced: everything already looked up, lists in the order in which they are asked.

    ``holds_until``: the last day before another list may be assigned, or a rate may change.
    """

    on: date
    currency: str
    quantity: Decimal
    lists: Sequence[ListOffer]
    promotions: Sequence[PromotionOffer] = ()
    authorised: bool = True
    holds_until: date | None = None

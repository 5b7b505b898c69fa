"""What partners asks of the apps to its right; docs/hooks.md lists them."""

from dataclasses import dataclass, field
from datetime import date

from channelhub.core.hooks import Hooks


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

"""What performance asks of the apps for its pages. docs/hooks.md lists them all."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from channelhub.core.hooks import Hooks


@dataclass(frozen=True)
class NextStep:
    """Something a dealer does best next: what, where, until when, and what it is worth.

    ``text`` and ``button`` are translated; ``button`` names the effect.
    """

    text: str
    href: str
    button: str
    due_on: date | None = None
    amount: Decimal | None = None
    currency: str = ""


def _next_steps(user: Any, today: date) -> list[NextStep]: ...  # type: ignore[empty-body]


next_steps = Hooks(
    "performance.next_steps",
    "What a dealer does best next: each app's own steps, for the home page.",
    _next_steps,
)

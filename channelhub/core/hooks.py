"""Typed hooks: how the left gets an answer from the right at once. docs/hooks.md lists them all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, ParamSpec, TypeVar

from django.db.models import QuerySet

P = ParamSpec("P")
R = TypeVar("R")

_all: list["Hook | Hooks"] = []


class HookNotFilled(RuntimeError):
    """A hook was left empty: an app's AppConfig.ready() forgot it."""


class Hook(Generic[P, R]):
    """A question with exactly one app that answers it."""

    def __init__(self, name: str, doc: str, signature: Callable[P, R]) -> None:
        self.name, self.doc, self.signature = name, doc, signature
        self._answer: Callable[P, R] | None = None
        _all.append(self)

    @property
    def filled(self) -> bool:
        return self._answer is not None

    def fill(self, answer: Callable[P, R]) -> None:
        """Called once, from the answering app's AppConfig.ready()."""
        if self._answer is not None and self._answer is not answer:
            raise HookNotFilled(f"Hook {self.name} is filled twice.")
        self._answer = answer

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._answer is None:
            raise HookNotFilled(f"Hook {self.name} is empty.")
        return self._answer(*args, **kwargs)


class Hooks(Generic[P, R]):
    """A question that any number of apps answer, each with its own part; never empty is not asked of it."""

    filled = True

    def __init__(self, name: str, doc: str, signature: Callable[P, R]) -> None:
        self.name, self.doc, self.signature = name, doc, signature
        self._answers: list[Callable[P, R]] = []
        _all.append(self)

    def add(self, answer: Callable[P, R]) -> None:
        if answer not in self._answers:
            self._answers.append(answer)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        return [answer(*args, **kwargs) for answer in self._answers]


def every_hook() -> list[Hook | Hooks]:
    return list(_all)


def require_all() -> None:
    """Fail the start when a hook is empty."""
    empty = [hook.name for hook in _all if not hook.filled]
    if empty:
        raise HookNotFilled(f"Hooks left empty: {', '.join(empty)}")


@dataclass(frozen=True)
class MembershipFact:
    """In which partner a person acts, as what (a dealer role's code), and what that role allows."""

    partner_id: int
    partner_name: str
    role: str
    rights: frozenset[str] = frozenset()


def _memberships_of(user_id: int, on: date) -> list[MembershipFact]: ...  # type: ignore[empty-body]
def _people_of(partner_ids: tuple[int, ...], on: date) -> list[int]: ...  # type: ignore[empty-body]
def _subtree_of(partner_id: int, on: date) -> tuple[int, ...]: ...  # type: ignore[empty-body]
def _partner_name(partner_id: int) -> str: ...  # type: ignore[empty-body]
def _territories_of(user_id: int) -> tuple[str, ...] | None: ...  # type: ignore[empty-body]


def _partners_within(paths: tuple[str, ...]) -> QuerySet[Any, Any]: ...  # type: ignore[empty-body]


memberships_of = Hook("core.memberships_of", "The partners a person may act for on a day.", _memberships_of)
people_of = Hook("core.people_of", "Ids of the users who act for any of these partners on a day.", _people_of)
subtree_of = Hook("core.subtree_of", "A partner and all under it on a day, ids ascending.", _subtree_of)
partner_name = Hook("core.partner_name", "What a partner is called; empty: there is none.", _partner_name)
territories_of = Hook(
    "core.territories_of",
    "Territory paths a staff member is limited to; None: not limited.",
    _territories_of,
)
partners_within = Hook(
    "core.partners_within",
    "Ids of the partners whose home territory of today lies under one of the paths, as a subquery.",
    _partners_within,
)

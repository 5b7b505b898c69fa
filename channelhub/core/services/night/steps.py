"""Which steps a night has. The rightmost app says so at the start; core knows none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from channelhub.core.errors import UnknownStep

Params = dict[str, Any]
CUT: Params = {"cut": True}  # the parameters of the part that cuts its step into the others


@dataclass(frozen=True)
class Part:
    """A chunk to be: what a person reads, and what the step's function is called with (plain JSON values)."""

    name: str = ""
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of the night: how it is cut into parts, and the service that does one of them.

    ``work(business_day=…, **params)`` runs in a transaction, is idempotent and may answer figures for the log.
    ``dated``: it looks at the night's day, so a catch-up runs it once for each missed day; the others once.
    ``cut_late``: the parts depend on what earlier steps left, so they are asked for when the step begins.
    """

    code: str
    title: Any
    work: Callable[..., Mapping[str, Any] | None]
    parts: Callable[[], Sequence[Part]] = lambda: [Part()]
    dated: bool = False
    cut_late: bool = False

    def first_parts(self) -> Sequence[Part]:
        """What to open the step with: its parts, or the one that will cut it."""
        return [Part("", CUT)] if self.cut_late else self.parts()


_steps: dict[str, Step] = {}


def use(steps: Sequence[Step]) -> None:
    """Set the night's steps in their order; called once, from the start of the app that knows them."""
    _steps.clear()
    _steps.update({step.code: step for step in steps})


def every_step() -> list[Step]:
    """The night's steps in their order."""
    return list(_steps.values())


def named(code: str) -> Step:
    """The step with this code; refuses an unknown one."""
    if code not in _steps:
        raise UnknownStep(f"There is no step {code}; there are: {', '.join(_steps)}.")
    return _steps[code]


def validate() -> None:
    """Fail the start when the night has no step."""
    if not _steps:
        raise LookupError("No app said which steps the night has.")

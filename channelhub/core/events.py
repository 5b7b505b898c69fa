"""What core tells the apps to its right, and how every app declares its events. docs/events.md lists them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from channelhub.core.enums.messages import check_values


@dataclass(frozen=True)
class Event:
    """Something that happened, in the past tense: ``app.object.verb``. People appear by id only."""

    name: str
    doc: str
    keys: Mapping[str, type]

    def accept(self, data: Mapping[str, Any]) -> None:
        """Refuse keys that are not declared, are missing, or are of another type."""
        check_values(self.name, self.keys, data)


PERSONAL = frozenset({"email", "phone", "person", "person_name", "user_name", "address", "password"})
_events: dict[str, Event] = {}


def declare(name: str, doc: str, **keys: type) -> Event:
    """Make an event known. Called in an app's ``events.py``; personal data and a second declaration are refused."""
    if name in _events and _events[name].keys != keys:
        raise ValueError(f"event {name} is declared twice")
    if PERSONAL & set(keys):
        raise ValueError(f"event {name} names people otherwise than by id")
    _events[name] = Event(name, doc, keys)
    return _events[name]


def event(name: str) -> Event:
    """The declared event of that name; an undeclared one is a mistake in the code."""
    return _events[name]


def every_event() -> list[Event]:
    return [_events[name] for name in sorted(_events)]


TASK_OPENED = declare("core.task.opened", "A task for a person was opened.", task_id=int)
TASK_CLOSED = declare("core.task.closed", "A person closed a task with a result.", task_id=int, user_id=int)
COMMENT_ADDED = declare("core.comment.added", "Somebody wrote in the thread of a record.", comment_id=int)
DOCUMENT_STORED = declare("core.document.stored", "A document was attached to a record.", document_id=int)
JOB_RUN_ENDED = declare(
    "core.job_run.ended",
    "A run of the night, or of a step alone, ended: done, incomplete or cancelled.",
    run_id=int,
    kind=str,
    business_day=date,
    status=str,
)
EXPORT_READY = declare("core.export.ready", "A file that took long, or is large, can be fetched.", export_id=int)
DIGEST_DUE = declare("core.digest.due", "A person has something unread since yesterday.", user_id=int)
CASE_OPENED = declare("core.case.opened", "A case of a process began.", case_id=int, process=str)
CASE_STEP_DECIDED = declare(
    "core.case_step.decided",
    "A step of a case was decided, by a person, of itself, or escalated.",
    case_id=int,
    case_step_id=int,
    step=str,
    verdict=str,
)
CASE_FINISHED = declare(
    "core.case.finished",
    "A case ended: done, refused or withdrawn.",
    case_id=int,
    process=str,
    state=str,
)

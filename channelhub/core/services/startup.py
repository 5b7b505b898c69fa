"""What must be true before a process works: checked once, when web or worker starts."""

import gc

from channelhub.core import hooks
from channelhub.core.services import dispatch
from channelhub.core.services.night import steps
from channelhub.core.services.workflow import registry


def require_ready() -> None:
    """Fail the start when a hook is empty, a handler listens to an unknown event, the night has no step,
    or a process is about a table that does not exist.
    """
    hooks.require_all()
    dispatch.validate()
    steps.validate()
    registry.validate()


def keep_loaded() -> None:
    """Never look through the loaded program for garbage again: that stops a web process for 200 ms every few requests.

    Nothing more is loaded here: a signal that comes while a web process still loads is lost, and it never ends.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)

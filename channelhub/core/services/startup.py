"""What must be true before a process works: checked once, when web or worker starts."""

from channelhub.core import hooks
from channelhub.core.services import dispatch
from channelhub.core.services.night import steps


def require_ready() -> None:
    """Fail the start when a hook is empty, a handler listens to an unknown event, or the night has no step."""
    hooks.require_all()
    dispatch.validate()
    steps.validate()

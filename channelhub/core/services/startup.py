"""What must be true before a process works: checked once, when web or worker starts."""

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

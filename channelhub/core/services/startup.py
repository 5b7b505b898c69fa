"""What must be true before a process works: checked once, when web or worker starts."""

from channelhub.core import hooks
from channelhub.core.services import dispatch


def require_ready() -> None:
    """Fail the start when a hook is empty or a handler listens to an event that no app declares."""
    hooks.require_all()
    dispatch.validate()

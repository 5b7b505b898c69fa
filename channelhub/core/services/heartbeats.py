"""The scheduler and the workers say that they live."""

from datetime import datetime

from channelhub.core.models import Heartbeat


def beat(*, kind: str, at: datetime) -> None:
    """The scheduler or a worker lives at this moment."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(kind=kind, seen_at=at)],
        update_conflicts=True,
        unique_fields=["kind"],
        update_fields=["seen_at"],
    )

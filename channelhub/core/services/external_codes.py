"""What a feed calls our records."""

from channelhub.core.models import ExternalCode
from channelhub.core.services.fence import unfenced


def target_of(*, feed_id: int, kind: ExternalCode.Kind, code: str) -> int | None:
    """The record that the feed means by this code; None: it has no name of its own for any record like this."""
    with unfenced():
        codes = ExternalCode.objects.filter(feed_id=feed_id, kind=kind, code=code)
        return codes.values_list("target_id", flat=True).first()

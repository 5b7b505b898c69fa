"""What a feed calls our records."""

from collections.abc import Collection

from channelhub.core.models import ExternalCode
from channelhub.core.services.fence import unfenced


def target_of(*, feed_id: int, kind: ExternalCode.Kind, code: str) -> int | None:
    """The record that the feed means by this code; None: it has no name of its own for any record like this."""
    with unfenced():
        codes = ExternalCode.objects.filter(feed_id=feed_id, kind=kind, code=code)
        return codes.values_list("target_id", flat=True).first()


def targets_of(*, feed_id: int, kind: ExternalCode.Kind, codes: Collection[str]) -> dict[str, int]:
    """The records that the feed means by these codes; codes of which it has none of its own are left out."""
    with unfenced():
        found = ExternalCode.objects.filter(feed_id=feed_id, kind=kind, code__in=list(codes))
        return dict(found.values_list("code", "target_id"))

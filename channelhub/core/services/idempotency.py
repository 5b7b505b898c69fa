"""Answers to requests that may be sent again."""

from datetime import datetime, timedelta

from channelhub.core.errors import IdempotencyKeyInProgress, IdempotencyKeyReused
from channelhub.core.models import IdempotentAnswer
from channelhub.core.services.fence import unfenced
from channelhub.lib.locks import try_advisory_lock

KEPT = timedelta(days=7)


def recall(*, user_id: int, key: str, fingerprint: str, at: datetime) -> IdempotentAnswer | None:
    """The answer already given to this very request; None: it is new, and its key is ours until the transaction ends.

    Refuses a key that another request holds right now (409), and one that was used for another request (422).
    """
    with unfenced():
        if not try_advisory_lock(f"core_idempotent_answer {user_id} {key}"):
            raise IdempotencyKeyInProgress("A request with this Idempotency-Key is being worked on.")
        answer = IdempotentAnswer.objects.filter(user_id=user_id, key=key, answered_at__gt=at - KEPT).first()
    if answer is not None and answer.fingerprint != fingerprint:
        raise IdempotencyKeyReused("This Idempotency-Key was already used for another request.")
    return answer


def keep(*, user_id: int, key: str, fingerprint: str, at: datetime, status: int, body: str) -> None:
    """Keep an answer (JSON text) beside its effect; an expired one under the same key gives way."""
    given = {"fingerprint": fingerprint, "status": status, "body": body, "answered_at": at}
    with unfenced():
        IdempotentAnswer.objects.update_or_create(user_id=user_id, key=key, defaults=given)


def forget(*, at: datetime) -> int:
    """Delete answers older than seven days; the number deleted."""
    return IdempotentAnswer.objects.filter(answered_at__lte=at - KEPT).delete()[0]

"""What is kept for a time only."""

from datetime import datetime

from oauth2_provider.models import get_access_token_model

from channelhub.core.services import idempotency


def forget_expired(*, at: datetime) -> int:
    """Delete kept answers older than seven days and tokens that have ended; how many of both. Safe to repeat."""
    tokens, _ = get_access_token_model().objects.filter(expires__lte=at).delete()
    return idempotency.forget(at=at) + tokens

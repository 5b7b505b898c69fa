"""Idempotency-Key: the same request sent again gets the same answer, and its effect happens once."""

import json
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.http import RawPostDataException
from django.utils import timezone
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from channelhub.core.errors import IdempotencyKeyMalformed, IdempotencyKeyMissing
from channelhub.core.services import idempotency

HEADER = "Idempotency-Key"
# A structured field's string (RFC 8941); a bare one, as most clients send it, is taken too.
_KEY = re.compile(r'"(?P<quoted>[\x20-\x21\x23-\x5b\x5d-\x7e]{1,200})"|(?P<bare>[\x21\x23-\x7e]{1,200})')


def idempotent(action: Callable[..., Response]) -> Callable[..., Response]:
    """For an action that writes: needs the header, keeps the answer of a success in the same transaction.

    A bulk action answers with its receipt (the batch's number, what was refused), so what is kept stays small.
    """

    @wraps(action)
    def wrapper(view, request, *args, **kwargs):
        asked = {
            "user_id": request.user.pk,
            "key": _key(request),
            "fingerprint": _fingerprint(request),
            "at": timezone.now(),
        }
        kept = idempotency.recall(**asked)
        if kept is not None:
            return Response(json.loads(kept.body), status=kept.status, headers={"Idempotent-Replayed": "true"})
        response = action(view, request, *args, **kwargs)
        if response.status_code < 400:
            idempotency.keep(**asked, status=response.status_code, body=JSONRenderer().render(response.data).decode())
        return response

    wrapper.idempotent = True
    return wrapper


def _key(request) -> str:
    header = request.headers.get(HEADER)
    if not header:
        raise IdempotencyKeyMissing(f"Send an {HEADER}: a new one for each request, the same one to repeat it.")
    match = _KEY.fullmatch(header.strip())
    if match is None:
        raise IdempotencyKeyMalformed(f"{HEADER} is a string of 1 to 200 printable ASCII characters.")
    return match["quoted"] or match["bare"]


def _fingerprint(request) -> str:
    """Method, path and body as they were sent."""
    raw = request._request  # noqa: SLF001  # the body's bytes, before anything parses them
    try:
        body = raw.body
    except RawPostDataException as error:  # the CSRF check has read a form, which is no JSON
        raise UnsupportedMediaType(request.content_type) from error
    return sha256(b"\0".join((raw.method.encode(), raw.get_full_path().encode(), body))).hexdigest()

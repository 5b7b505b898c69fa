import time
from functools import cache

import structlog
from django.conf import settings
from redis import Redis, RedisError
from rest_framework.throttling import BaseThrottle

log = structlog.get_logger(__name__)


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


class ClientRate(BaseThrottle):
    """So many requests a minute for each client (a person's session, an address) together over all workers.

    Without Redis nobody is limited: a broken counter must not close the door.
    """

    window = 60

    def allow_request(self, request, view):
        limit = settings.API_REQUESTS_PER_MINUTE
        now = int(time.time())
        used = _count(f"api.rate:{_who(request)}:{now // self.window}", self.window)
        if used is None:
            return True
        self.reset = self.window - now % self.window
        request._request.rate = (limit, max(limit - used, 0), self.window, self.reset)  # noqa: SLF001  # for the headers
        return used <= limit

    def wait(self):
        return self.reset


def _count(key: str, seconds: int) -> int | None:
    try:
        with _redis().pipeline(transaction=False) as pipe:
            return pipe.set(key, 0, ex=seconds * 2, nx=True).incr(key).execute()[1]
    except RedisError as error:
        log.warning("rate_limit_unavailable", error=str(error))
        return None


def _who(request) -> str:
    if request.auth is not None:
        return request.auth.application.client_id
    return f"user-{request.user.pk}" if request.user.is_authenticated else f"ip-{request.META.get('REMOTE_ADDR')}"


def headers(rate: tuple[int, int, int, int]) -> dict[str, str]:
    """RateLimit fields of the IETF draft: policy (quota, window) and what is left until when."""
    limit, left, window, reset = rate
    return {"RateLimit-Policy": f'"client";q={limit};w={window}', "RateLimit": f'"client";r={left};t={reset}'}

import time

from channelhub.core.services import counters


class CountingMiddleware:
    """Counts every answer and the time it took, for /metrics."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started = time.perf_counter()
        response = self.get_response(request)
        counters.count(request.method or "", response.status_code, time.perf_counter() - started)
        return response

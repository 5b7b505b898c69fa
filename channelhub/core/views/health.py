from hmac import compare_digest

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channelhub.core.services import health, metrics


@never_cache
@require_safe
def healthz(_request):
    """Alive: the process answers and asks nobody."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request):
    """Whether the installation works: 200, or 503 with what is wrong."""
    readiness = health.readiness(at=timezone.now())
    parts = {name: trouble or "ok" for name, trouble in readiness.parts.items()}
    return JsonResponse({"ready": readiness.ready, **parts}, status=200 if readiness.ready else 503)


@never_cache
@require_safe
def metrics_page(request):
    """The figures for a monitoring system; with METRICS_TOKEN set, only for who sends it."""
    sent = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and not compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse("a token is needed", status=401, content_type="text/plain")
    return HttpResponse(metrics.page(at=timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")

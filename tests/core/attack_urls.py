"""Careless pages, as somebody will write them: no filter, writes before a refusal, queries while rendering."""

from celery import shared_task
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path
from django.views.generic import ListView

from channelhub import urls as real
from channelhub.core.services import fence
from channelhub.core.services.fence import Standing
from channelhub.lib.errors import DomainError
from partners.models import Partner


class Everything(ListView):
    """A generic view without the view's filter; its template queries while it renders."""

    model = Partner
    ordering = ["code"]

    def render_to_response(self, context, **kwargs):
        template = engines["django"].from_string("{% for p in object_list.all %}{{ p.code }} {% endfor %}")
        return TemplateResponse(self.request, template, context)


def export(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM partners_partner ORDER BY code")
        return HttpResponse("".join(f"{row[0]} " for row in cursor.fetchall()))


def stream(request):
    return StreamingHttpResponse(f"{p.code} " for p in Partner.objects.order_by("code").iterator())


def cursor_then_service(request):
    with connection.cursor() as cursor:
        cursor.execute("DECLARE opened CURSOR FOR SELECT code FROM partners_partner ORDER BY code")
        with fence.unfenced():
            cursor.execute("FETCH ALL FROM opened")
            answer = "".join(f"{row[0]} " for row in cursor.fetchall())
        cursor.execute("CLOSE opened")
        return HttpResponse(answer)


def _write():
    with fence.unfenced():
        Partner.objects.create(code="written", name="Written")


def write(request):
    _write()
    return HttpResponse("written")


def write_then_raise(request):
    _write()
    raise LookupError("after the first write")


def write_then_refuse(request):
    _write()
    return HttpResponse("refused", status=409)


def write_then_domain_error(request):
    _write()
    raise DomainError("refused after the first write")


@shared_task
def codes_for(*, partner_id: int, subtree: list[int], **_future) -> list[str]:
    """A job for a dealer without a filter of its own."""
    with fence.fenced(Standing(partner_id, tuple(subtree))):
        return list(Partner.objects.order_by("code").values_list("code", flat=True))


urlpatterns = [
    path("attack/everything/", Everything.as_view()),
    path("attack/export/", export),
    path("attack/stream/", stream),
    path("attack/cursor/", cursor_then_service),
    path("attack/write/", write),
    path("attack/raise/", write_then_raise),
    path("attack/refuse/", write_then_refuse),
    path("attack/domain-error/", write_then_domain_error),
    *real.urlpatterns,
]
handler404 = getattr(real, "handler404", "django.views.defaults.page_not_found")
handler500 = getattr(real, "handler500", "django.views.defaults.server_error")

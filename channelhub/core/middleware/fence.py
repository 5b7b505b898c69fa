import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection, transaction
from django.http import FileResponse
from django.utils.translation import gettext

from channelhub.core.services import fence

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
NUL = "%00"  # PostgreSQL keeps no such character: no address of a page means anything with it
OUTSIDE = ("/account/", "/api/o/", "/healthz", "/readyz", "/metrics", settings.STATIC_URL)


class FenceMiddleware:
    """The last middleware: the request's transaction, standing where the acting person stands.

    What raises and what answers 400 or more leaves nothing. Staff have a transaction too, with the owner's rights;
    "view as dealer" reads only.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(OUTSIDE):
            return self.get_response(request)
        if NUL in request.META.get("QUERY_STRING", "") and not request.path.startswith("/api/"):
            raise SuspiciousOperation("a NUL in an address")
        acting = request.acting
        if acting.view_as and request.method not in SAFE_METHODS:
            raise PermissionDenied(gettext("You view as a dealer: nothing can be changed. Stop viewing first."))
        with pghistory.context(user=acting.user.pk, url=request.path):
            if acting.standing is None:
                with transaction.atomic():
                    return self._answer(request)
            with fence.fenced(acting.standing, read_only=acting.view_as):
                response = self._answer(request)
                if response.streaming and not isinstance(response, FileResponse):
                    raise RuntimeError("A fenced answer never streams from the database: make it a job.")
                return response

    def _answer(self, request):
        response = self.get_response(request)
        if response.status_code >= 400 or getattr(request, "doomed", False):
            transaction.set_rollback(True)
        return response

    def process_exception(self, request, exception):
        request.doomed = True
        if connection.in_atomic_block and not request.path.startswith(OUTSIDE):
            transaction.set_rollback(True)

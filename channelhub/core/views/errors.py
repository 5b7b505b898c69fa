"""Error pages: no query (a refused request's transaction is doomed), the request's id shown.

htmx swaps refusals too: it gets a fragment that says the same.
"""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from structlog.contextvars import get_contextvars


def request_id():
    """By what the log knows this request."""
    return get_contextvars().get("request_id", "")


def _answer(request, status, what, why):
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    context = {
        "status": status,
        "what": what,
        "why": why,
        "retry": status >= 500,
        "request_id": request_id(),
        "LANGUAGE_CODE": get_language(),
        "in_portal": request.path.startswith("/portal/"),
        "address": request.get_full_path(),
    }
    # Without the request: context processors would ask the database.
    text = render_to_string("error_fragment.html" if fragment else "error_page.html", context)
    return HttpResponse(text, status=status)


def bad_request(request, exception):  # noqa: ARG001 - Django calls it so
    return _answer(request, 400, _("This request cannot be read"), _("Go back and try again."))


def forbidden(request, exception):  # noqa: ARG001 - Django calls it so
    return _answer(
        request,
        403,
        _("You may not do this"),
        _("Your account does not have the right for it. Ask the owner of your company's account, or your manager."),
    )


def too_large(request, largest):
    """A file that is larger than what is taken here."""
    return _answer(
        request,
        413,
        _("This file is too large"),
        _("A file may have at most %(megabytes)d MB. Nothing was stored; go back and choose a smaller one.")
        % {"megabytes": largest // (1024 * 1024)},
    )


def not_found(request, exception):  # noqa: ARG001 - Django calls it so
    return _answer(
        request,
        404,
        _("There is nothing here"),
        _("The address is wrong, the record is gone, or it belongs to another company."),
    )


def failed(request):
    return _answer(
        request,
        500,
        _("Something went wrong on our side"),
        _("Nothing was changed. Try again; if it happens again, tell us."),
    )


def csrf_refused(request, reason=""):  # noqa: ARG001 - Django calls it so
    """The form's key does not fit: a page left open over a sign-out, mostly."""
    return _answer(
        request,
        403,
        _("This page was open too long"),
        _("Nothing was changed. Go back, load the page again and repeat what you did."),
    )

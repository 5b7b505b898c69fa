"""Forms with files: a request that is too large is refused by its stated length, before a byte of it is read."""

from functools import wraps

from django.views.decorators.csrf import csrf_exempt, csrf_protect

from channelhub.core.views import errors

ENVELOPE = 64 * 1024  # what a form needs around its file


def takes_file(largest: int):
    """For a view that takes one file of at most so many bytes; more: 413 with a clear page, nothing read.

    The check stands before the CSRF check, which would read the body to find its token.
    """

    def decorate(view):
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def guarded(request, *args, **kwargs):
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdigit() or int(length) > largest + ENVELOPE:
                return errors.too_large(request, largest)
            return checked(request, *args, **kwargs)

        return guarded

    return decorate

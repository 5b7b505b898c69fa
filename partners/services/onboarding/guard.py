"""What keeps public forms from machines: a signed time, a field nobody sees, a limit for each address."""

import ipaddress

import structlog
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partners.errors import LooksLikeSpam, TooManyTries

SALT = "partners.public_form"
FASTEST_SECONDS = 3
LONGEST_SECONDS = 12 * 3600
HOUR = 3600
# How often from one address in an hour.
LIMITS = {"apply": 10, "access": 10, "link": 10, "upload": 120, "verify": 60}
log = structlog.get_logger(__name__)


def stamp(form: str) -> str:
    """What a page carries so that its form is taken: which form, and since when it is open."""
    return signing.TimestampSigner(salt=SALT).sign(form)


def require_person(*, form: str, stamped: str) -> None:
    """Refuse what was sent faster than people write, from a page that is too old, or not from our page."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        value = signer.unsign(stamped, max_age=LONGEST_SECONDS)
    except signing.SignatureExpired as error:
        raise LooksLikeSpam(_("This page was open for very long. Check your input and send it again.")) from error
    except signing.BadSignature as error:
        raise LooksLikeSpam(_("This page was not complete. Check your input and send it again.")) from error
    try:
        signer.unsign(stamped, max_age=FASTEST_SECONDS)
    except signing.SignatureExpired:
        if value == form:
            return
    raise LooksLikeSpam(_("That was faster than people write. Wait a moment and send it again."))


def caller(request: HttpRequest) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """From where a request comes; None: nothing says so."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # behind our own proxy: what it saw is the last entry
        text = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or text
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def address_of(request: HttpRequest) -> str:
    """From where a request comes, as far as limits go: a network of IPv6 is one address."""
    address = caller(request)
    if address is None:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def count(*, form: str, address: str) -> None:
    """One more of this form from this address; refuses what is more than the hour's limit."""
    key = f"public:{form}:{address}"
    cache.add(key, 0, HOUR)
    try:
        number = cache.incr(key)
    except ValueError:  # the hour ended between the two
        cache.set(key, 1, HOUR)
        number = 1
    if number > LIMITS[form]:
        log.warning("public_form_limit", form=form)
        raise TooManyTries(_("Too much was sent from your address. Try again in an hour."))

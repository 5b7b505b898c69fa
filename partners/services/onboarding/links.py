"""The secret link of an application: signed, made anew for every letter, and found again without a look-up table."""

import secrets

from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from channelhub.core.services import mails
from channelhub.core.services.fence import unfenced
from partners.models import PartnerApplication

SALT = "partners.application"


def new_key() -> str:
    """The part of the link that only the applicant knows."""
    return secrets.token_urlsafe(32)


def link_of(application: PartnerApplication) -> str:
    """The whole address that goes into a letter."""
    token = signing.dumps([application.pk, application.link_key], salt=SALT)
    return mails.address(reverse("apply_resume", args=[token]))


def read(token: str) -> tuple[int, str] | None:
    """What a link says; None: nobody here made it."""
    try:
        pk, key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return pk, key


def find(pk: int, key: str) -> PartnerApplication | None:
    """The application of a link; None: there is none, or the key is another by now."""
    with unfenced():
        rows = PartnerApplication.objects.select_related("type", "territory", "partner")
        application = rows.filter(pk=pk).first()
    if application is None or not constant_time_compare(application.link_key, key):
        return None
    return application

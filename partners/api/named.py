"""Records that the body of a request names: one that is not there is an error of its field, not of the address."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from channelhub.core.models import ExternalCode
from channelhub.core.services import external_codes
from partners.models import Partner

M = TypeVar("M", bound=Model)


def one_of(rows: QuerySet[M], field: str) -> M:
    """The only row, or an error of the field."""
    found = rows.first()
    if found is None:
        raise ValidationError({field: [_("There is none of this name.")]})
    return found


def partner_of(request: Request, code: str) -> Partner:
    """A partner by the feed's own code, else by ours; another's is not there."""
    seen = Partner.objects.visible_to(request.user)
    feed_id = request.auth.application.feed_id
    target = external_codes.target_of(feed_id=feed_id, kind=ExternalCode.Kind.PARTNER, code=code)
    return one_of(seen.filter(code=code) if target is None else seen.filter(pk=target), "partner")

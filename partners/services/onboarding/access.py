"""“I work for a company that is a partner already”: the request goes to its owner; nobody learns who is a partner."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from channelhub.core.models import Role, User
from channelhub.core.services import attention, outbox
from channelhub.core.services.fence import unfenced
from partners.enums import ACCESS_ASKED, AccessState
from partners.errors import RequestDecided
from partners.models import AccessRequest, Membership, Partner
from partners.services import colleagues


def ask(*, company: str, name: str, email: str, note: str, at: datetime) -> None:
    """Pass a request on to the one partner of that code or name; to nobody where there is none, or several.

    Answers nothing in any case: the page says the same. A second request of the same person changes nothing.
    """
    with unfenced():
        partner = _partner_of(company.strip())
        if partner is None or Membership.objects.filter(partner=partner, email__iexact=email).exists():
            return
        try:
            with transaction.atomic():
                request = AccessRequest.objects.create(
                    partner=partner, name=name, email=email.lower(), note=note, asked_at=at
                )
        except IntegrityError:  # asked before, still open
            return
        attention.open_task(
            kind=ACCESS_ASKED, key=_key(request), at=at, partner_id=partner.pk, record=request, name=name, email=email
        )
        outbox.publish("partners.access.asked", occurred_at=at, access_request_id=request.pk, partner_id=partner.pk)


def _key(request: AccessRequest) -> str:
    return f"access_request:{request.pk}"


def _partner_of(company: str) -> Partner | None:
    named = Q(code__iexact=company) | Q(name__iexact=company) | Q(name_en__iexact=company)
    found = list(Partner.objects.filter(named)[:2]) if company else []
    return found[0] if len(found) == 1 else None


def accept(*, request: AccessRequest, role: Role, by: User, at: datetime) -> Membership:
    """An owner lets the person in, as what; it gets its letter. Of two owners at once one answers."""
    with unfenced():
        held = _answered(request, AccessState.ACCEPTED, by, at)
        return colleagues.invite(partner=held.partner, email=held.email, name=held.name, role=role, at=at)


def decline(*, request: AccessRequest, by: User, at: datetime) -> None:
    """An owner does not let the person in; the person hears nothing."""
    with unfenced():
        _answered(request, AccessState.DECLINED, by, at)


def _answered(request: AccessRequest, state: str, by: User, at: datetime) -> AccessRequest:
    held = AccessRequest.objects.select_for_update(of=("self",)).select_related("partner").get(pk=request.pk)
    if held.state != AccessState.OPEN:
        raise RequestDecided(_("A colleague has answered this request already."))
    held.state, held.answered_by, held.answered_at = state, by, at
    held.save(update_fields=["state", "answered_by", "answered_at"])
    attention.close_of_itself(key=_key(held), result="Answered.", at=at)
    return held

"""An owner's people: let in, given another role, shut out; a company always keeps an owner."""

from datetime import datetime
from fnmatch import fnmatchcase

from django.utils.translation import gettext as _

from channelhub.core.enums.rights import PortalRight
from channelhub.core.models import Role
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import DateRange, business_day
from partners.errors import LastOwner, WrongRole
from partners.models import Membership, Partner
from partners.services import people


def rules(role: Role) -> bool:
    """Whether a role may let people in and shut them out."""
    return any(fnmatchcase(PortalRight.PEOPLE, code) for code in role.permissions)


def invite(*, partner: Partner, email: str, name: str, role: Role, at: datetime) -> Membership:
    """Let a person act for a partner from today on and write to it. Refused: staff, and who acts already."""
    on = DateRange(business_day(at), None)
    return people.join_partner(partner=partner, email=email, name=name, role=role, valid_during=on, at=at)


def change_role(*, membership: Membership, role: Role, at: datetime) -> Membership:
    """Give a person another role from today on. Refused: a role that is not a dealer's, and the last owner's loss."""
    if role.kind != Role.Kind.DEALER:
        raise WrongRole(_("This role is not for a partner's people."))
    with unfenced():
        row = _locked(membership)
        if row.role_id == role.pk:
            return row
        if not rules(role):
            _require_another_owner(row, at)
        today = business_day(at)
        if row.valid_during.lower == today:
            row.role = role
            row.save(update_fields=["role"])
            return row
        last_day = row.valid_during.upper
        row.valid_during = DateRange(row.valid_during.lower, today)
        row.save(update_fields=["valid_during"])
        return Membership.objects.create(
            partner_id=row.partner_id,
            user_id=row.user_id,
            role=role,
            name=row.name,
            email=row.email,
            valid_during=DateRange(today, last_day),
        )


def end_access(*, membership: Membership, at: datetime) -> None:
    """Shut a person out at once. Refused: the last owner. What the person did stays."""
    with unfenced():
        row = _locked(membership)
        _require_another_owner(row, at)
        today = business_day(at)
        if row.valid_during.lower == today:
            row.delete()
            return
        row.valid_during = DateRange(row.valid_during.lower, today)
        row.save(update_fields=["valid_during"])


def _locked(membership: Membership) -> Membership:
    """The row as it is now; people change one at a time, so that two owners cannot shut out each other."""
    Partner.objects.select_for_update(of=("self",)).get(pk=membership.partner_id)
    return Membership.objects.select_related("role").get(pk=membership.pk)


def _require_another_owner(row: Membership, at: datetime) -> None:
    if not rules(row.role):
        return
    today = business_day(at)
    others = Membership.objects.filter(partner_id=row.partner_id, valid_during__contains=today, user__is_active=True)
    if not any(rules(other.role) for other in others.exclude(pk=row.pk).select_related("role")):
        raise LastOwner(_("Somebody must be able to let people in: make a colleague an owner first."))

"""Who acts for a partner, and how far staff sees: joined, left, limited, deactivated."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channelhub.core.models import Role, User
from channelhub.core.services import outbox
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import DateRange, business_day
from partners.errors import AlreadyMember, LastOwner, NotForStaff, WrongRole
from partners.models import Membership, Partner, StaffScope, Territory
from partners.services.authorisations import ended

OWNER = "owner"
ONCE = "partners_one_membership_per_user_partner_and_day"


def join_partner(
    *,
    partner: Partner,
    email: str,
    name: str,
    role: Role,
    valid_during: DateRange,
    at: datetime | None = None,
) -> Membership:
    """Let a person act for a partner; a person not known yet becomes a user without a password.

    With ``at``, the moment, the person is told by a letter with the way in.

    Refused: staff, a role that is not a dealer's, and a second membership at the same time.
    """
    if role.kind != Role.Kind.DEALER:
        raise WrongRole(_("This role is not for a partner's people."))
    with unfenced():
        user = _person(email, name)
        if user.is_staff or user.is_machine:
            raise NotForStaff(_("This address belongs to the maker's own staff."))
        try:
            with transaction.atomic():
                membership = Membership.objects.create(
                    partner=partner,
                    user=user,
                    role=role,
                    name=name,
                    email=user.email,
                    valid_during=valid_during,
                )
        except IntegrityError as error:
            if ONCE not in str(error):
                raise
            raise AlreadyMember(_("This person already acts for this partner in that period.")) from error
        _publish("partners.membership.joined", membership)
        if at is not None:
            began = {"membership_id": membership.pk, "partner_id": partner.pk}
            outbox.publish("partners.membership.began", occurred_at=at, **began)
        return membership


def leave_partner(*, membership: Membership, last: date) -> Membership:
    """End a membership with a day of its period, the last one included; refused to a partner's last owner."""
    with unfenced():
        Partner.objects.select_for_update(of=("self",)).get(pk=membership.partner_id)  # two last owners at once
        row = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
        row.valid_during = ended(row.valid_during, last)
        if row.role.code == OWNER and not _owner_after(row):
            raise LastOwner(_("Invite another owner first: a partner keeps one."))
        row.save(update_fields=["valid_during"])
        _publish("partners.membership.ended", row)
        return row


def _owner_after(row: Membership) -> bool:
    """Whether somebody else is an owner of the partner on the day after."""
    others = Membership.objects.filter(partner_id=row.partner_id, role__code=OWNER, user__is_active=True)
    return others.exclude(user_id=row.user_id).filter(valid_during__contains=row.valid_during.upper).exists()


def _publish(name: str, row: Membership) -> None:
    outbox.publish(
        name,
        occurred_at=timezone.now(),
        membership_id=row.pk,
        partner_id=row.partner_id,
        user_id=row.user_id,
    )


@transaction.atomic
def limit_staff(*, user: User, territories: Iterable[Territory]) -> None:
    """Limit a staff member to these territories and all beneath; none: not limited. Others are refused."""
    if not user.is_staff:
        raise NotForStaff(_("Only staff is limited to territories."))
    wanted = {territory.pk for territory in territories}
    StaffScope.objects.filter(user=user).exclude(territory_id__in=wanted).delete()
    StaffScope.objects.bulk_create(
        [StaffScope(user=user, territory_id=pk) for pk in sorted(wanted)],
        ignore_conflicts=True,
    )


@transaction.atomic
def deactivate_person(*, user: User, at: datetime) -> None:
    """Take away a person's access at once; what the person did stays. Memberships end with today."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    today = business_day(at)
    running = Membership.objects.select_for_update(of=("self",)).filter(user=user, valid_during__contains=today)
    for membership in running.order_by("pk"):
        membership.valid_during = ended(membership.valid_during, today)
        membership.save(update_fields=["valid_during"])
    Membership.objects.filter(user=user, valid_during__fully_gt=DateRange(today, today, "[]")).delete()


def _person(email: str, name: str) -> User:
    """The user of an address; made when nobody has it, also when two ask at once."""
    found = User.objects.filter(email__iexact=email).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name=name)
    except IntegrityError:
        return User.objects.get(email__iexact=email)

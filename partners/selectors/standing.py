"""What the fence asks of partners: filled into core's hooks."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from channelhub.core.hooks import MembershipFact
from channelhub.lib.periods import business_day
from partners.models import Ancestry, HomeTerritory, Membership, Partner, StaffScope


def memberships_of(user_id: int, on: date) -> list[MembershipFact]:
    """The partners a person may act for on a day, by name; suspended partners keep their access to read."""
    rows = Membership.objects.filter(user_id=user_id, valid_during__contains=on).order_by("partner__sort_key", "pk")
    facts = rows.values_list("partner_id", "partner__name", "role__code", "role__permissions")
    return [MembershipFact(partner, name, role, frozenset(rights)) for partner, name, role, rights in facts]


def people_of(partner_ids: tuple[int, ...], on: date) -> list[int]:
    """Ids of the users who act for any of these partners on a day."""
    rows = Membership.objects.filter(partner_id__in=partner_ids, valid_during__contains=on)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def subtree_of(partner_id: int, on: date) -> tuple[int, ...]:
    """A partner and all that stand under it on a day, ids ascending."""
    below = Ancestry.objects.filter(ancestor_id=partner_id, valid_during__contains=on)
    return tuple(sorted({partner_id, *below.values_list("partner_id", flat=True)}))


def partner_name(partner_id: int) -> str:
    """What a partner is called; empty: there is none."""
    return Partner.objects.filter(pk=partner_id).values_list("name", flat=True).first() or ""


def territories_of(user_id: int) -> tuple[str, ...] | None:
    """The territory paths a staff member is limited to; None: not limited."""
    paths = tuple(StaffScope.objects.filter(user_id=user_id).values_list("territory__path", flat=True))
    return paths or None


def partners_within(paths: tuple[str, ...]) -> QuerySet[HomeTerritory, Any]:
    """Ids of the partners whose home territory of today lies under one of the paths; no path, nobody."""
    today = HomeTerritory.objects.filter(valid_during__contains=business_day(timezone.now()))
    if not paths:
        return today.none().values("partner_id")
    inside = Q()
    for path in paths:
        inside |= Q(territory__path__startswith=path)
    return today.filter(inside).values("partner_id")

"""What partners are asked to have certified, and what they have: for one, or for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from partners.enums import Certified
from partners.models import (
    Authorisation,
    Certificate,
    CertificationLevel,
    CertificationRequirement,
    Membership,
    PartnerTier,
    ProductLine,
    TierAssignment,
)
from partners.rules.certification import Holding, Need

PORTAL_PAGE = "/portal/certificates/"


@dataclass(frozen=True)
class Missing:
    """A requirement that a partner does not meet: so many are needed, so many are there."""

    requirement: CertificationRequirement
    needed: int
    have: int

    @property
    def missing(self) -> int:
        return self.needed - self.have


def every_requirement() -> list[CertificationRequirement]:
    """All of them, tiers first."""
    rows = CertificationRequirement.objects.select_related("tier", "product_line", "level__programme")
    return list(rows.order_by("tier__rank", "product_line__path", "level__programme_id", "level__rank", "pk"))


def requirements_for(*, tier: PartnerTier | None, line: ProductLine | None) -> list[CertificationRequirement]:
    """What a tier and a product line ask for; a line with all above and beneath it."""
    return [row for row in every_requirement() if _asks(row, tier.pk if tier else None, [line.path] if line else [])]


def requirements_of(partner_ids: Sequence[int], *, on: date) -> dict[int, list[CertificationRequirement]]:
    """What each partner's tier of a day and its authorisations ask for; one without a limit to a line: every line."""
    rows = every_requirement()
    tiers = TierAssignment.objects.filter(partner_id__in=partner_ids, valid_during__contains=on)
    tier_of = dict(tiers.values_list("partner_id", "tier_id"))
    lines: dict[int, set[str]] = {}
    granted = Authorisation.objects.filter(partner_id__in=partner_ids).in_force(on)
    for partner_id, path in granted.values_list("partner_id", "line_path"):
        lines.setdefault(partner_id, set()).add(path or "")
    return {pk: [row for row in rows if _asks(row, tier_of.get(pk), lines.get(pk, ()))] for pk in partner_ids}


def _asks(row: CertificationRequirement, tier_id: int | None, paths: Iterable[str]) -> bool:
    if row.product_line is None:
        return row.tier_id == tier_id
    own = row.product_line.path
    return any(own.startswith(path) or path.startswith(own) for path in paths)


def holdings_of(partner_ids: Sequence[int], *, on: date) -> dict[int, list[Holding]]:
    """Each partner's certificates that were not withdrawn; of people only those who act for the partner on the day."""
    rows = Certificate.objects.filter(
        partner_id__in=partner_ids, withdrawn_at__isnull=True, valid_during__endswith__gt=on
    )
    people = Membership.objects.filter(partner_id__in=partner_ids, valid_during__contains=on)
    acting = set(people.values_list("partner_id", "user_id"))
    held: dict[int, list[Holding]] = {pk: [] for pk in partner_ids}
    for row in rows.select_related("level").order_by("pk"):
        if row.user_id is None or (row.partner_id, row.user_id) in acting:
            held[row.partner_id].append(holding_of(row))
    return held


def holding_of(row: Certificate) -> Holding:
    """A certificate as a rule counts it."""
    whose = {Certified.PERSON: str(row.user_id), Certified.SHOP: f"{row.shop_name}\n{row.shop_address}"}
    period = row.valid_during
    last = date.fromordinal(period.upper.toordinal() - 1)
    return Holding(whose.get(Certified(row.certified), ""), row.level.programme_id, row.level.rank, period.lower, last)


def need_of(row: CertificationRequirement) -> Need:
    """A requirement as a rule reads it."""
    return Need(row.pk, row.level.programme_id, row.level.rank, row.needed)


def holder_of(row: Certificate) -> str:
    """Whose certificate it is, as people call it."""
    return row.person or row.shop_name or row.partner.name


def named(level: CertificationLevel) -> dict[str, str]:
    """Programme and level for a message: the reader's language chooses."""
    programme = level.programme
    return {
        "name": f"{programme.name} · {level.name}",
        "name_en": f"{programme.name_en or programme.name} · {level.name_en or level.name}",
    }


def asked_by(row: CertificationRequirement) -> dict[str, str]:
    """What asks for it, for a message: the tier or the product line."""
    record = row.tier or row.product_line
    return {"name": record.name, "name_en": record.name_en} if record else {"name": "", "name_en": ""}


def task_key(row: Certificate) -> str:
    """The key of the staff's task to see to a renewal."""
    return f"partners.certificate:{row.pk}:ends"


def of_holder(row: Certificate) -> Q:
    """Certificates of the same holder and programme, at this level or above."""
    same = Q(
        partner_id=row.partner_id,
        certified=row.certified,
        user_id=row.user_id,
        shop_name=row.shop_name,
        shop_address=row.shop_address,
    )
    return same & Q(level__programme_id=row.level.programme_id, level__rank__gte=row.level.rank)

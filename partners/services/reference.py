"""Reference data: delivered by the release, completed at every upgrade, never taken away, never overwritten."""

import gettext
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pycountry
from django.db import transaction
from django.utils import timezone

from channelhub.core.models import Role
from channelhub.core.services.workflow import definitions
from partners.models import PartnerType, SalesChannel, Territory
from partners.services import contract_templates
from partners.services import reference_data as data
from partners.services.areas import AreaRow, add_areas
from partners.services.contract_reference import TEMPLATES
from partners.services.onboarding import tracks

Tree = Mapping[str, tuple[str, str, Sequence[tuple[str, str, str]]]]


@transaction.atomic
def load_reference(*, say: Callable[[str], Any] = lambda _text: None) -> dict[str, int]:
    """Add what is missing of roles, processes, territories, sales channels, partner types, tracks; how many were added.

    What administrators changed since stays changed.
    """
    added = {
        "roles": _roles(),
        "processes": definitions.deliver_all(at=timezone.now()),
        "territories": _countries() + _provinces(),
        "sales channels": _channels(),
        "partner types": _types(),
        "contract templates": contract_templates.deliver(templates=TEMPLATES, at=timezone.now()),
        "tracks": tracks.deliver(),
    }
    for name, number in added.items():
        say(f"{name}: {number} added")
    return added


def _roles() -> int:
    known = {role.code: role for role in Role.objects.all()}
    new = []
    for code, kind, name, name_en, permissions in data.ROLES:
        rights = list(permissions)
        if code in known:
            _complete(known[code], rights)
        else:
            new.append(Role(code=code, kind=kind, name=name, name_en=name_en, permissions=rights, delivered=rights))
    return len(Role.objects.bulk_create(new, ignore_conflicts=True))


def _complete(role: Role, rights: list[str]) -> None:
    """Give a role what this release brings beyond the last one; what administrators added or took away stays."""
    if role.delivered == rights:
        return
    brought = [code for code in rights if code not in role.delivered and code not in role.permissions]
    role.permissions, role.delivered = [*role.permissions, *brought], rights
    role.save(update_fields=["permissions", "delivered"])


def _types() -> int:
    known = set(PartnerType.objects.values_list("code", flat=True))
    new = [PartnerType(code=c, name=name, name_en=name_en) for c, name, name_en in data.PARTNER_TYPES if c not in known]
    return len(PartnerType.objects.bulk_create(new, ignore_conflicts=True))


def _countries() -> int:
    """Every country of ISO 3166-1, in Chinese and English."""
    chinese = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["zh_CN"])
    rows = [
        AreaRow(country.alpha_2, chinese.gettext(country.name), getattr(country, "common_name", country.name))
        for country in sorted(pycountry.countries, key=lambda country: country.alpha_2)
    ]
    return add_areas(model=Territory, rows=rows)


def _provinces() -> int:
    """China's provinces, municipalities and regions of ISO 3166-2."""
    china = Territory.objects.get(code="CN")
    return add_areas(model=Territory, rows=[AreaRow(*row) for row in data.PROVINCES], parent=china)


def _channels() -> int:
    added = 0
    for code, (name, name_en, below) in data.SALES_CHANNELS.items():
        added += add_areas(model=SalesChannel, rows=[AreaRow(code, name, name_en)])
        parent = SalesChannel.objects.get(code=code)
        added += add_areas(model=SalesChannel, rows=[AreaRow(*row) for row in below], parent=parent)
    return added

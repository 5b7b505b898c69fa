"""Partner records: made and changed by channel managers, imports and systems. Never deleted."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channelhub.core.services import outbox
from channelhub.lib.periods import DateRange
from partners.errors import CodeTaken
from partners.models import HomeTerritory, Partner, PartnerType, PartnerTypeAssignment, Placement, Territory
from partners.rules.sorting import sort_key
from partners.services import ancestry

ONE_CODE = "partners_partner_code_key"


@transaction.atomic
def create_partner(
    *,
    code: str,
    name: str,
    parent: Partner | None = None,
    home: Territory | None = None,
    types: Iterable[PartnerType] = (),
    since: date | None = None,
    **details: Any,
) -> Partner:
    """Record a new partner with its place in the tree, home territory and types, all from ``since`` (None: ever).

    ``details``: name_en, country, address, phone. Refused: a code in use, also when somebody is faster.
    """
    try:
        with transaction.atomic():
            partner = Partner.objects.create(code=code, name=name, sort_key=sort_key(name), **details)
    except IntegrityError as error:
        if ONE_CODE not in str(error):
            raise
        raise CodeTaken(_("The code %(code)s is in use.") % {"code": code}) from error
    period = DateRange(since, None)
    if home is not None:
        HomeTerritory.objects.create(partner=partner, territory=home, valid_during=period)
    PartnerTypeAssignment.objects.bulk_create(
        PartnerTypeAssignment(partner=partner, type=kind, valid_during=period) for kind in types
    )
    if parent is not None:
        ancestry.lock_tree()
        Placement.objects.create(partner=partner, parent=parent, valid_during=period)
    ancestry.rebuild([partner.pk])
    partner.refresh_from_db()
    outbox.publish("partners.partner.created", occurred_at=timezone.now(), partner_id=partner.pk)
    return partner

"""A new partner is entered: compared with those that are known, then recorded with its number."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from channelhub.core.models import User
from partners.models import Partner
from partners.services import duplicates, partners, records

COMPARED = ("name", "name_en", "country", "address", "phone")


@transaction.atomic
def enter_partner(
    *,
    number: str = "",
    scheme: str = "",
    apart_from: Sequence[int] = (),
    by: User | None,
    at: datetime,
    **details: Any,
) -> Partner:
    """Record a partner with its official number, when it is none of those that are like it.

    ``apart_from``: ids of partners that a person was shown and said to be others; that is written down. Refused, with
    the evidence: a partner like one that was not named so; a number that is none of its scheme.
    """
    compared = {name: details.get(name, "") for name in COMPARED}
    matches = duplicates.require_new(number=number, scheme=scheme, accepted=apart_from, **compared)
    partner = partners.create_partner(**details)
    if number:
        records.write_number(partner=partner, number=number, scheme=scheme)
    duplicates.set_apart(partner=partner, others={match.record_id: match for match in matches}, by=by, at=at)
    return partner

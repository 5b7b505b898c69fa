"""Answers for a partner about its own accounts: computed on all facts, from objects fetched behind the fence."""

from collections.abc import Iterable

from channelhub.core.services.fence import unfenced
from pricing.models import RebateAccount, RebateProgramme


def programmes_of(accounts: Iterable[RebateAccount]) -> dict[int, RebateProgramme]:
    """The programmes behind accounts, by id: a dealer learns their name, not their terms."""
    with unfenced():
        return RebateProgramme.objects.only("code", "name", "name_en", "period").in_bulk(
            {account.programme_id for account in accounts},
        )

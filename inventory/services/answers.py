"""Answers for a partner about stock: computed on everybody's levels, told as far as the rules allow."""

from collections.abc import Iterable
from datetime import date

from channelhub.core.services.fence import unfenced
from inventory.selectors import availability
from inventory.selectors.availability import Availability


def available_to(partner_id: int, product_ids: Iterable[int], on: date) -> dict[int, Availability]:
    """What the acting partner may be told of these products, by product id; the same few queries however many."""
    with unfenced():
        return availability.available_to(partner_id, product_ids, on)

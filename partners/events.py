"""What partners tells the apps to its right and the world outside. docs/events.md lists them all."""

from datetime import date

from channelhub.core.events import declare

PARTNER_MOVED = declare(
    "partners.partner.moved",
    "A partner's subtree stands elsewhere from a day on, or a planned move was called off.",
    partner_id=int,
    move_id=int,
    first_day=date,
)
AUTHORISATION_GRANTED = declare(
    "partners.authorisation.granted",
    "A partner may sell within an authorisation's limits.",
    authorisation_id=int,
    partner_id=int,
)
AUTHORISATION_ENDED = declare(
    "partners.authorisation.ended",
    "An authorisation's last day was set.",
    authorisation_id=int,
    partner_id=int,
)
MEMBERSHIP_BEGAN = declare(
    "partners.membership.began",
    "A person was let in to act for a partner, and is to be told.",
    membership_id=int,
    partner_id=int,
)

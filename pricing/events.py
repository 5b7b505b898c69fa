"""What ``pricing`` tells the apps to its right and the outside. docs/events.md lists all events."""

from datetime import date

from channelhub.core.events import declare

SALES_RECORDED = declare(
    "pricing.sales.recorded",
    "Sales lines entered the ledger as one batch.",
    batch_id=int,
    feed_id=int,
    lines=int,
)
REVISION_ANNOUNCED = declare(
    "pricing.revision.announced",
    "A partner was told of new prices; where its contract asks for it, they wait for its consent.",
    revision_id=int,
    notice_id=int,
    partner_id=int,
    effective_on=date,
)
REVISION_ANSWERED = declare(
    "pricing.revision.answered",
    "A partner agreed to new prices, declined them, or it was settled otherwise.",
    revision_id=int,
    partner_id=int,
    consent=str,
)
REVISION_PUBLISHED = declare(
    "pricing.revision.published",
    "New prices stand in a list; they hold from their day on by themselves.",
    revision_id=int,
    effective_on=date,
)
REVISION_REVERTED = declare(
    "pricing.revision.reverted",
    "The old prices of a published revision hold again from a day on.",
    revision_id=int,
    valid_from=date,
)
REVISION_WITHDRAWN = declare(
    "pricing.revision.withdrawn", "Announced prices were given up before they were published.", revision_id=int
)

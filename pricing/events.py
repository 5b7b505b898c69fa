"""What ``pricing`` tells the apps to its right and the outside. docs/events.md lists all events."""

from channelhub.core.events import declare

SALES_RECORDED = declare(
    "pricing.sales.recorded",
    "Sales lines entered the ledger as one batch.",
    batch_id=int,
    feed_id=int,
    lines=int,
)

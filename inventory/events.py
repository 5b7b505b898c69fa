"""What ``inventory`` tells the apps to its right and the outside. docs/events.md lists all events."""

from channelhub.core.events import declare

STOCK_RECORDED = declare(
    "inventory.stock.recorded",
    "A source reported stock levels and some of them changed.",
    batch_id=int,
    feed_id=int,
    movements=int,
)

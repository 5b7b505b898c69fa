"""What can be found of goods: the places where they lie."""

from channelhub.core.services.search_sources import Source

SOURCES = (
    Source(
        model="inventory.Location",
        code="n.code",
        words=("n.name", "n.name_en"),
        partner="n.partner_id",
        icon="warehouse",
    ),
)

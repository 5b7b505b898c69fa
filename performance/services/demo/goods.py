"""The demo's places and what lies there."""

import random
from collections.abc import Sequence
from datetime import datetime

from channelhub.core.models import Feed
from inventory.enums import Audience, Shows
from inventory.models import Location, StockVisibility
from inventory.services.stock_sync import record_stock
from partners.models import Partner, Territory
from performance.errors import DemoRowsRefused
from performance.rules.demo.heads import DemoPartner, DemoProduct

# Code, names, territory.
WAREHOUSES = (
    ("WH-EAST", "华东中心仓", "East centre", "CN-SH"),
    ("WH-SOUTH", "华南中心仓", "South centre", "CN-GD"),
    ("WH-NORTH", "华北中心仓", "North centre", "CN-TJ"),
    ("WH-WEST", "西南中心仓", "Southwest centre", "CN-SC"),
)
EMPTY, FEW = 0.06, 0.1
A_REPORT = 20_000


def make_goods(
    *,
    rows: Sequence[DemoPartner],
    partners: dict[str, Partner],
    products: Sequence[DemoProduct],
    feeds: tuple[Feed, Feed],
    at: datetime,
    seed: int,
) -> int:
    """Warehouses of the maker and of the larger partners, with their stock; the number of levels."""
    dice = random.Random(f"{seed} stock")  # noqa: S311 - a demo, not a secret
    areas = {area.code: area for area in Territory.objects.all()}
    for code, name, name_en, area in WAREHOUSES:
        Location.objects.create(code=code, name=name, name_en=name_en, territory=areas[area])
    holders = [row for row in rows if row.kind in ("distributor", "agent")]
    Location.objects.bulk_create(
        Location(
            code=f"L-{row.code}",
            name=f"{row.name}仓库",
            name_en=f"{row.name_en} warehouse",
            partner=partners[row.code],
            territory=areas[row.home],
        )
        for row in holders
    )
    StockVisibility.objects.create(audience=Audience.EVERYONE, shows=Shows.BAND)
    erp, reports = feeds
    own = [(code, 400, 1.0) for code, *_ in WAREHOUSES]
    theirs = [(f"L-{row.code}", 60, 0.3) for row in holders]
    return _report(erp, own, products, dice, at) + _report(reports, theirs, products, dice, at)


def _report(
    feed: Feed,
    places: Sequence[tuple[str, int, float]],
    products: Sequence[DemoProduct],
    dice: random.Random,
    at: datetime,
) -> int:
    """What lies at each place: of a part of the range, some empty, some few, some reserved."""
    lines, taken = [], 0
    for code, usual, part in places:
        for product in products:
            if dice.random() > part:
                continue
            chance = dice.random()
            on_hand = 0 if chance < EMPTY else dice.randint(1, 5) if chance < FEW else int(dice.expovariate(1 / usual))
            reserved = dice.randint(0, on_hand // 8)
            lines.append(
                {"location": code, "product": product.sku, "on_hand": on_hand, "reserved": reserved, "counted_at": at}
            )
    for start in range(0, len(lines), A_REPORT):
        receipt = record_stock(feed=feed, rows=lines[start : start + A_REPORT], reference="opening", at=at)
        if receipt.rejected:
            raise DemoRowsRefused(receipt.rejected[:5])
        taken += receipt.taken
    return taken

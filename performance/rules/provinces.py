"""Where each province's tile stands, and in which of five shades: no border is drawn anywhere."""

from collections.abc import Sequence
from decimal import Decimal

SHADES = 5
# Column and row of a grid of eight by eight, by ISO 3166-2 code without the country, with the character on the tile.
TILES: dict[str, tuple[int, int, str]] = {
    "NM": (6, 1, "蒙"),
    "HL": (8, 1, "黑"),
    "LN": (7, 2, "辽"),
    "JL": (8, 2, "吉"),
    "XJ": (1, 3, "新"),
    "GS": (2, 3, "甘"),
    "NX": (3, 3, "宁"),
    "HE": (5, 3, "冀"),
    "BJ": (6, 3, "京"),
    "TJ": (7, 3, "津"),
    "QH": (2, 4, "青"),
    "SN": (3, 4, "陕"),
    "SX": (4, 4, "晋"),
    "HA": (5, 4, "豫"),
    "SD": (6, 4, "鲁"),
    "XZ": (1, 5, "藏"),
    "SC": (2, 5, "川"),
    "CQ": (3, 5, "渝"),
    "HB": (4, 5, "鄂"),
    "AH": (5, 5, "皖"),
    "JS": (6, 5, "苏"),
    "SH": (7, 5, "沪"),
    "YN": (2, 6, "云"),
    "GZ": (3, 6, "贵"),
    "HN": (4, 6, "湘"),
    "JX": (5, 6, "赣"),
    "ZJ": (6, 6, "浙"),
    "GX": (3, 7, "桂"),
    "GD": (4, 7, "粤"),
    "FJ": (5, 7, "闽"),
    "TW": (7, 7, "台"),
    "HI": (3, 8, "琼"),
    "MO": (4, 8, "澳"),
    "HK": (5, 8, "港"),
}


def shades(values: Sequence[Decimal | None]) -> list[int]:
    """A shade from 1 to 5 for each value by its rank among those there are, equal values alike; 0: no value.

    By rank, because one large province would leave all others in the lightest shade.
    """
    known = sorted({value for value in values if value is not None})
    if not known:
        return [0] * len(values)
    place = {value: 1 + number * SHADES // len(known) for number, value in enumerate(known)}
    return [0 if value is None else place[value] for value in values]

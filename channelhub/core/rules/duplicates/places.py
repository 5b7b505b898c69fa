"""An address as what stays the same however it is written: house numbers, the street's words, the postal code."""

import re
from dataclasses import dataclass
from functools import lru_cache

from channelhub.core.rules.duplicates.folding import folded

_SAME = {
    "avenue": "", "ave": "", "av": "", "street": "", "st": "", "str": "", "strasse": "", "road": "", "rd": "",
    "drive": "", "dr": "", "boulevard": "", "blvd": "", "lane": "", "ln": "", "place": "", "pl": "", "court": "",
    "ct": "", "parkway": "", "pkwy": "", "pky": "", "highway": "", "hwy": "", "square": "", "sq": "", "terrace": "",
    "circle": "", "rue": "", "via": "", "calle": "", "the": "", "no": "", "number": "", "of": "", "dr.": "",
    "north": "n", "south": "s", "east": "e", "west": "w", "saint": "st", "martin": "", "luther": "", "jr": "",
    "mlk": "king",
}  # fmt: skip
_UNITS = frozenset(["suite", "ste", "apt", "unit", "room", "rm", "floor", "fl", "flr", "building", "bldg", "lot"])
_DIRECTIONS = ("n", "s", "e", "w")
_ORDINAL = re.compile(r"^(\d+)(st|nd|rd|th)$")
_HAN_PARTS = re.compile(r"(\d+)(?:号|弄|栋|幢|室|楼|层|座)?")
_HAN_SMALL = re.compile(r"中国|自治区|特别行政区|[省市区县镇路街道大]")


@dataclass(frozen=True)
class Place:
    """``house``: the first number; ``street``: the words that tell; ``direction``: n, s, e, w; ``postal``: the code."""

    house: str
    street: tuple[str, ...]
    direction: str = ""
    postal: str = ""


@lru_cache(maxsize=50_000)
def place_of(address: str, postal: str = "") -> Place | None:
    """None when nothing is left that tells a place."""
    plain = folded(address)
    code = folded(postal).replace(" ", "")
    place = _western(plain, code) if plain.isascii() else _chinese(plain, code)
    return place if place.house or place.street else None


def _western(plain: str, code: str) -> Place:
    house, direction = "", ""
    street: list[str] = []
    for word in plain.split():
        if word in _UNITS and street:
            break
        ordinal = _ORDINAL.match(word)
        kept = ordinal.group(1) if ordinal else _SAME.get(word, word)
        if not house and kept[:1].isdigit() and not ordinal:
            house = kept
        elif kept in _DIRECTIONS:
            direction = direction or kept
        elif kept:
            street.append(kept)
    return Place(house, tuple(street), direction, code)


def _chinese(plain: str, code: str) -> Place:
    numbers = _HAN_PARTS.findall(plain)
    words = tuple(_HAN_SMALL.sub("", _HAN_PARTS.sub(" ", plain)).split())
    return Place("-".join(numbers), ("".join(words),) if words else (), "", code)

"""What is planted in the demo's sales, and the innocent look-alikes beside it: who, from when on.

How many of each there are, and what they are, stands in ``troubles.json`` beside this file; which lines they became is
written by ``seed_demo --troubles FILE``. Nothing of the application reads either.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from performance.rules.demo.heads import DemoPartner
from performance.rules.demo.places import CITIES, SHARES

PLAN = Path(__file__).with_name("troubles.json")


@dataclass(frozen=True)
class Trouble:
    """One partner's part: ``kind`` as in the plan; it lasts from month ``first`` to before ``until`` (counted from the
    channel's first month). ``place``: the other province, where there is one.
    """

    kind: str
    partner: str
    first: int
    until: int
    place: str = ""

    def holds(self, month: int) -> bool:
        return self.first <= month < self.until


@dataclass
class Planted:
    """Which external ids belong to which trouble; for a partner as a whole, its code only."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    partners: dict[str, list[str]] = field(default_factory=dict)

    def add_line(self, kind: str, external_id: str) -> None:
        self.lines.setdefault(kind, []).append(external_id)


def plan() -> list[dict[str, object]]:
    """The written list: kind, what it is, how many for each hundred partners, how long, guilty or not."""
    return list(json.loads(PLAN.read_text()))


def cast(partners: Sequence[DemoPartner], *, months: int, seed: int) -> list[Trouble]:
    """Give every trouble and look-alike to partners of its own, so that no two overlap."""
    dice = random.Random(f"{seed} troubles")  # noqa: S311 - a demo, not a secret
    candidates = [row for row in partners if row.parent and row.home.startswith("CN-") and not row.is_online]
    dice.shuffle(candidates)
    found = []
    for entry in plan():
        count = max(1, round(float(str(entry["per_hundred_partners"])) * len(partners) / 100))
        for _ in range(min(count, len(candidates))):
            partner = candidates.pop()
            lasts = int(str(entry["months"])) or months
            first = months - 1 - lasts - dice.randrange(0, 3) if lasts < months else 0
            place = _elsewhere(dice, partner.home[:5]) if entry["elsewhere"] else ""
            found.append(Trouble(str(entry["kind"]), partner.code, max(0, first), max(0, first) + lasts, place))
    return found


def _elsewhere(dice: random.Random, province: str) -> str:
    others = [city for city in CITIES if city.province != province]
    return dice.choices(others, weights=[SHARES[city.province] for city in others])[0].code

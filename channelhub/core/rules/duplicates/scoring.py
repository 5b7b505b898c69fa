"""How likely two records are the same company or place: points per kind of evidence, each a step that is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein, Indel, JaroWinkler

from channelhub.core.rules.duplicates.facts import Facts, phones_of
from channelhub.core.rules.duplicates.folding import syllables
from channelhub.core.rules.duplicates.names import AFTER, Name, Parts, name_of, numbers_of, parts_of, weight_of
from channelhub.core.rules.duplicates.places import Place, place_of

ALIKE = 0.8  # two words that are spelt this much alike may be one


class Evidence(StrEnum):
    """What a step compared, and how it came out."""

    NUMBER_SAME = "number_same"
    NUMBER_OTHER = "number_other"
    NAME_SAME = "name_same"
    NAME_CORE_SAME = "name_core_same"
    NAME_READ_SAME = "name_read_same"
    NAME_ALIKE = "name_alike"
    NAME_WITHIN = "name_within"
    NAME_BEGINS_SAME = "name_begins_same"
    NAME_INITIALS = "name_initials"
    NAME_OTHER = "name_other"
    NAME_NUMBERS_OTHER = "name_numbers_other"
    DOMAIN_SAME = "domain_same"
    PHONE_SAME = "phone_same"
    PHONE_OTHER = "phone_other"
    ACCOUNT_SAME = "account_same"
    ADDRESS_SAME = "address_same"
    ADDRESS_NEAR = "address_near"
    ADDRESS_OTHER = "address_other"
    COUNTRY_OTHER = "country_other"


@dataclass(frozen=True)
class Step:
    """One piece of evidence: what was compared with what, and the points it gave or took."""

    code: Evidence
    points: float
    ours: str = ""
    theirs: str = ""
    alike: float = 1.0


@dataclass(frozen=True)
class Scale:
    """Points per evidence and the curve from likeness of names to points: data, chosen per use."""

    points: Mapping[str, float]
    names: Sequence[tuple[float, float]]
    suspected_from: float = 50
    same_from: float = 80


@dataclass(frozen=True)
class Verdict:
    """The score between 0 and 100, and why."""

    score: float
    steps: tuple[Step, ...] = field(default=())

    def turned(self) -> "Verdict":
        """The same, seen from the other record."""
        return Verdict(self.score, tuple(replace(step, ours=step.theirs, theirs=step.ours) for step in self.steps))


def compare(ours: Facts, theirs: Facts, scale: Scale) -> Verdict:
    """Add the points of all evidence there is for both; below nothing is nothing, above a hundred is a hundred."""
    steps = [step for step in _steps(ours, theirs, scale) if step is not None]
    total = sum(step.points for step in steps)
    return Verdict(round(min(max(total, 0.0), 100.0), 1), tuple(steps))


def _steps(ours: Facts, theirs: Facts, scale: Scale) -> list[Step | None]:
    return [
        _numbers(ours, theirs, scale),
        *_names(ours, theirs, scale),
        _shared(ours.domains, theirs.domains, Evidence.DOMAIN_SAME, None, scale),
        _shared(phones_of(ours), phones_of(theirs), Evidence.PHONE_SAME, Evidence.PHONE_OTHER, scale),
        _shared(ours.accounts, theirs.accounts, Evidence.ACCOUNT_SAME, None, scale, shown=False),
        _address(ours, theirs, scale),
        _country(ours, theirs, scale),
    ]


def _step(code: Evidence, scale: Scale, ours: str, theirs: str) -> Step | None:
    points = scale.points.get(code, 0)
    return Step(code, points, ours, theirs) if points else None


def _numbers(ours: Facts, theirs: Facts, scale: Scale) -> Step | None:
    """The same number decides; two numbers of one scheme that differ tell two companies."""
    shared = sorted(set(ours.numbers) & set(theirs.numbers))
    if shared:
        return _step(Evidence.NUMBER_SAME, scale, shared[0][1], shared[0][1])
    theirs_by = dict(theirs.numbers)
    for scheme, number in ours.numbers:
        if scheme in theirs_by:
            return _step(Evidence.NUMBER_OTHER, scale, number, theirs_by[scheme])
    return None


def _shared(
    ours: Sequence[str],
    theirs: Sequence[str],
    same: Evidence,
    other: Evidence | None,
    scale: Scale,
    *,
    shown: bool = True,
) -> Step | None:
    if not ours or not theirs:
        return None
    shared = sorted(set(ours) & set(theirs))
    if shared:
        value = shared[0] if shown else ""
        return _step(same, scale, value, value)
    return _step(other, scale, ours[0], theirs[0]) if other else None


def _country(ours: Facts, theirs: Facts, scale: Scale) -> Step | None:
    if not ours.country or not theirs.country or ours.country == theirs.country:
        return None
    return _step(Evidence.COUNTRY_OTHER, scale, ours.country, theirs.country)


# Addresses
def _address(ours: Facts, theirs: Facts, scale: Scale) -> Step | None:
    here, there = place_of(ours.address, ours.postal_code), place_of(theirs.address, theirs.postal_code)
    if here is None or there is None:
        return None
    return _step(address_evidence(here, there), scale, ours.address, theirs.address)


def address_evidence(here: Place, there: Place) -> Evidence:
    """Same: number and street; near: one street and a number close by or unknown."""
    street = street_alike(here, there)
    if here.direction and there.direction and here.direction != there.direction:
        street -= 0.3
    if here.house == there.house and here.house and street >= 0.6:
        return Evidence.ADDRESS_SAME
    if street >= 0.8 and (not here.house or not there.house or _beside(here.house, there.house)):
        return Evidence.ADDRESS_NEAR
    return Evidence.ADDRESS_OTHER


def street_alike(here: Place, there: Place) -> float:
    """How much two streets' words are alike, between 0 and 1; the longer may name a town besides."""
    short, long = sorted((here.street, there.street), key=len)
    if not short:
        return 0.0 if long else 1.0
    if not "".join(short).isascii():
        return Indel.normalized_similarity("".join(short), "".join(long))
    best = [max(JaroWinkler.similarity(word, other) for other in long) for word in short]
    return sum(best) / len(best)


def _beside(here: str, there: str) -> bool:
    if here.isdigit() and there.isdigit():
        return abs(int(here) - int(there)) <= 20 or sorted(here) == sorted(there)
    return DamerauLevenshtein.distance(here, there) <= 1


# Names
def _names(ours: Facts, theirs: Facts, scale: Scale) -> list[Step | None]:
    """The best pair of names of the two; numbers in the name that differ are evidence of their own."""
    best: Step | None = None
    told: tuple[Name, Name] | None = None
    for one in ours.names:
        for other in theirs.names:
            step = name_step(one, other, scale)
            if best is None or step.points > best.points:
                best, told = step, (name_of(one), name_of(other))
    if best is None or told is None:
        return []
    return [best, _numbers_of_names(*told, scale)]


def _numbers_of_names(one: Name, other: Name, scale: Scale) -> Step | None:
    ours, theirs = numbers_of(one), numbers_of(other)
    if ours == theirs or not (ours or theirs):
        return None
    if not ours or not theirs:
        return None
    return _step(Evidence.NAME_NUMBERS_OTHER, scale, " ".join(sorted(ours)), " ".join(sorted(theirs)))


def name_step(one: str, other: str, scale: Scale) -> Step:
    """How alike two names are and in which way, with the points of that likeness."""
    code, alike = likeness(one, other)
    points = on_curve(alike, scale.names)
    return Step(code, round(points + scale.points.get(code, 0), 1), one, other, round(alike, 3))


@lru_cache(maxsize=200_000)
def likeness(one: str, other: str) -> tuple[Evidence, float]:
    """The way in which two names are alike, and how much, between 0 and 1."""
    ours, theirs = name_of(one), name_of(other)
    if ours.han and theirs.han:
        return _chinese(ours, theirs)
    if ours.core == theirs.core:
        read = bool(ours.han) != bool(theirs.han)
        return (Evidence.NAME_READ_SAME if read else _same(ours, theirs)), 1.0
    if ours.compact == theirs.compact:
        return (Evidence.NAME_READ_SAME if ours.han or theirs.han else Evidence.NAME_CORE_SAME), 0.99
    if ours.han or theirs.han:
        return _graded(Evidence.NAME_READ_SAME, Indel.normalized_similarity(ours.compact, theirs.compact))
    return _latin(ours, theirs)


def _same(ours: Name, theirs: Name) -> Evidence:
    return Evidence.NAME_SAME if ours.forms == theirs.forms else Evidence.NAME_CORE_SAME


def _graded(code: Evidence, alike: float) -> tuple[Evidence, float]:
    if alike >= 0.95:
        return code, alike
    return (Evidence.NAME_ALIKE if alike >= 0.7 else Evidence.NAME_OTHER), alike


def _chinese(ours: Name, theirs: Name) -> tuple[Evidence, float]:
    """Two Chinese names: by their characters, or as they are read when a character is mistaken for its like."""
    if ours.han == theirs.han:
        return _same(ours, theirs), 1.0
    if ours.core == theirs.core:
        return Evidence.NAME_READ_SAME, 0.97
    return _graded(Evidence.NAME_ALIKE, _by_parts(parts_of(ours.han), parts_of(theirs.han)))


def _by_parts(ours: Parts, theirs: Parts) -> float:
    """Mostly the word that is the name's own, by characters or as they are read; a place left out says nothing."""
    own = Indel.normalized_similarity(ours.own, theirs.own)
    read = 0.95 * Indel.normalized_similarity(syllables(ours.own), syllables(theirs.own))
    place = _places_alike(ours.place, theirs.place)
    trade = Indel.normalized_similarity(ours.trade, theirs.trade) if ours.trade and theirs.trade else 0.7
    return 0.7 * max(own, read) + 0.18 * place + 0.12 * trade


def _places_alike(ours: str, theirs: str) -> float:
    if not ours and not theirs:
        return 0.6
    return 1.0 if ours == theirs else 0.85 if not ours or not theirs else 0.3


def _latin(ours: Name, theirs: Name) -> tuple[Evidence, float]:
    if _initials(ours, theirs):
        return Evidence.NAME_INITIALS, 0.8
    words, within = _by_words(ours, theirs)
    letters = DamerauLevenshtein.normalized_similarity(ours.compact, theirs.compact)
    alike = max(words, letters if letters >= ALIKE else 0.0)
    if within >= 0.97 and words < 0.97 and alike < 0.97:
        return Evidence.NAME_WITHIN, max(alike, 0.55 + 0.4 * words)
    if alike < 0.9 and _begin_same(ours, theirs):
        return Evidence.NAME_BEGINS_SAME, max(alike, 0.72)
    return _graded(Evidence.NAME_ALIKE, alike)


def _begin_same(ours: Name, theirs: Name) -> bool:
    """One long word that both names begin with: the maker of lamps and of electronics of one name."""
    one, other = ours.core[0], theirs.core[0]
    return min(len(one), len(other)) >= 6 and weight_of(one) == 1 and JaroWinkler.similarity(one, other) >= 0.93


def _initials(ours: Name, theirs: Name) -> bool:
    short, long = sorted((ours.core, theirs.core), key=len)
    return len(short) == 1 and len(long) >= 3 and short[0] == "".join(word[0] for word in long)


def _by_words(ours: Name, theirs: Name) -> tuple[float, float]:
    """Words paired with their likest: the share of both names' weight that found one, and of the shorter's."""
    left, right = _weighed(ours), _weighed(theirs)
    pairs = sorted(((score, a, b) for a in left for b in right if (score := _word_alike(a, b)) >= ALIKE), reverse=True)
    free_left, free_right = set(left), set(right)
    matched = 0.0
    for score, a, b in pairs:
        if a in free_left and b in free_right:
            free_left.discard(a)
            free_right.discard(b)
            matched += score * (left[a] + right[b]) / 2
    whole, least = sum(left.values()) + sum(right.values()), min(sum(left.values()), sum(right.values()))
    return (2 * matched / whole, min(matched / least, 1.0)) if least else (0.0, 0.0)


def _weighed(name: Name) -> dict[str, float]:
    found = {word: AFTER * weight_of(word) for word in name.after}
    found.update({word: weight_of(word) for word in name.core})
    return found


@lru_cache(maxsize=200_000)
def _word_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if one.isdigit() or other.isdigit() or len(short) < 3:
        return 0.0
    if len(short) >= 4 and long.startswith(short):
        return 0.9
    score = DamerauLevenshtein.normalized_similarity(one, other)
    return max(score, JaroWinkler.similarity(one, other) - 0.05)


def on_curve(value: float, curve: Sequence[tuple[float, float]]) -> float:
    """Straight between the points of a curve, flat beyond its ends."""
    before = curve[0]
    for point in curve:
        if value <= point[0]:
            if point[0] == before[0]:
                return point[1]
            return before[1] + (point[1] - before[1]) * (value - before[0]) / (point[0] - before[0])
        before = point
    return curve[-1][1]

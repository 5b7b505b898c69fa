"""A company's name taken apart: what tells it from others, its legal forms, and what was written around it."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from channelhub.core.rules.duplicates.folding import HAN, folded, syllables
from channelhub.core.rules.duplicates.words import (
    GLUED,
    HAN_FORMS,
    HAN_PLACES,
    HAN_TRADE,
    LEGAL_FIRST,
    LEGAL_PHRASES,
    LEGAL_WORDS,
    NUMERALS,
    PLACE_WORDS,
    SMALL_WORDS,
    SPELLINGS,
    TITLES,
    TRADE_WORDS,
)

FULL, PLACE, TRADE, AFTER, LETTER = 1.0, 0.5, 0.35, 0.2, 0.5
_HAN_FORM = re.compile("|".join(HAN_FORMS))
_PHRASES_AT: dict[str, list[tuple[str, ...]]] = {}
for _phrase in sorted(LEGAL_PHRASES, key=len, reverse=True):
    _PHRASES_AT.setdefault(_phrase[0], []).append(_phrase)
_INSIDE = frozenset(["company", "co", "corporation", "se", "sa", "as", "hf", "ag"])  # stand in the middle of names too
_HAN_PLACE = re.compile(f"^(?:(?:{'|'.join(HAN_PLACES)})(?:特别行政区|自治区|省|市)?)+")
_HAN_TRADE = re.compile("|".join(sorted(HAN_TRADE, key=len, reverse=True)))
HAN_TAIL = re.compile(f"(?:{'|'.join(sorted(HAN_TRADE, key=len, reverse=True))})+$")
_LEFT_OUT = SMALL_WORDS | TITLES
_BEFORE_LTD = ("co", "pty", "pte", "pvt", "sdn")
_STARTS = LEGAL_WORDS | set(_PHRASES_AT)
_MIXED = re.compile(r"([\u3400-\u9fff]+)")
_NUMBER = re.compile(r"\d+")


class Name(NamedTuple):
    """``latin``: the words that tell it apart; ``han``: the same in Chinese, where it is written so.

    ``after``: words that follow a legal form: a place, a person. ``forms``: the legal forms that were taken away.
    """

    latin: tuple[str, ...]
    after: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    han: str = ""

    @property
    def core(self) -> tuple[str, ...]:
        """The words that tell it apart, in Latin letters; a Chinese name as it is read."""
        return _read(self.han) if self.han else self.latin

    @property
    def compact(self) -> str:
        """All letters of the core without blanks."""
        return "".join(self.core)


@lru_cache(maxsize=20_000)
def name_of(text: str) -> Name:
    """Take a name apart; a name that is nothing but legal form keeps its words."""
    plain = folded(text)
    if not plain.isascii() and HAN.search(plain):
        return _chinese(plain)
    words = _joined(plain.split())
    core, after, forms = _without_forms(words)
    kept = tuple([_spelt(word) for word in core if word not in _LEFT_OUT])
    kept = kept or tuple(map(_spelt, core)) or tuple(words)
    return Name(kept, tuple(after), tuple(forms))


def _joined(words: list[str]) -> list[str]:
    """Letters that stand alone beside each other are one word: a b c is abc."""
    if words and min(map(len, words)) > 1:
        return words
    found: list[str] = []
    alone = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and alone:
            found[-1] += word
        else:
            found.append(word)
        alone = single
    return found


def _without_forms(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    if len(words) > 1 and words[-1] in LEGAL_WORDS:  # most names end in their one form
        cut = len(words) - (2 if len(words) > 2 and words[-2] in _BEFORE_LTD else 1)
        if _STARTS.isdisjoint(words[:cut]):
            return words[:cut], [], [" ".join(words[cut:])]
    core: list[str] = []
    after: list[str] = []
    forms: list[str] = []
    place, ended = 0, False
    while place < len(words):
        length = _form_at(words, place, first=not core)
        if length:
            form = " ".join(words[place : place + length])
            forms.append(form)
            ended = ended or (bool(core) and form not in _INSIDE)
            place += length
            continue
        (after if ended else core).append(words[place])
        place += 1
    return core, after, forms


def _form_at(words: list[str], place: int, *, first: bool) -> int:
    word = words[place]
    for phrase in _PHRASES_AT.get(word, ()):
        if tuple(words[place : place + len(phrase)]) == phrase and (not first or len(words) > len(phrase)):
            return len(phrase)
    if word not in LEGAL_WORDS:
        return 0
    if first:
        return int(word in LEGAL_FIRST and len(words) > place + 1)
    return 1


@lru_cache(maxsize=50_000)
def _spelt(word: str) -> str:
    """One spelling of a word: centre and center, two and 2; a legal form written onto it is cut off."""
    word = SPELLINGS.get(word, NUMERALS.get(word, word))
    if not word.endswith(GLUED) or word in TRADE_WORDS:
        return word
    form = next(form for form in GLUED if word.endswith(form))
    return word[: -len(form)] if len(word) - len(form) >= 5 else word


def _chinese(plain: str) -> Name:
    forms = tuple(_HAN_FORM.findall(plain))
    rest = _HAN_FORM.sub("", plain).replace(" ", "") if forms else plain.replace(" ", "")
    han = rest or plain.replace(" ", "")
    return Name((), (), forms, han)


@lru_cache(maxsize=20_000)
def _read(han: str) -> tuple[str, ...]:
    read: list[str] = []
    for part in _MIXED.split(han):
        if part:
            read += syllables(part) if HAN.match(part) else (part,)
    return tuple(read)


@cache
def weight_of(word: str) -> float:
    """How much a word tells: a trade word says little, a lone letter some, all others in full."""
    if word in TRADE_WORDS:
        return TRADE
    if word in PLACE_WORDS:
        return PLACE
    return LETTER if len(word) == 1 and not word.isdigit() else FULL


def numbers_of(name: Name) -> frozenset[str]:
    """The numbers in a name's core: shop 12 is not shop 13."""
    return frozenset(number.lstrip("0") for word in name.core for number in _NUMBER.findall(word))


@dataclass(frozen=True)
class Parts:
    """A Chinese name by its customary order: place, the word that is its own, trade."""

    place: str
    own: str
    trade: str


@cache
def parts_of(han: str) -> Parts:
    """Place and trade taken away; when nothing is left but those, they are its own."""
    found = _HAN_PLACE.match(han)
    place = found.group() if found else ""
    rest = han[len(place) :]
    own = _HAN_TRADE.sub("", rest)
    return Parts(place, own or rest or han, "".join(_HAN_TRADE.findall(rest)))

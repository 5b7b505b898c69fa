"""Where a record is looked for: a few numbers per record, so that a million are never read through.

A name's words give their beginning and their end, a Chinese name each two characters as they are read; numbers,
phones, domains and addresses one each. What is asked for gives more numbers than what is kept: a letter may be wrong.
"""

from functools import cache, lru_cache
from itertools import pairwise
from zlib import crc32

from channelhub.core.rules.duplicates.facts import Facts, phones_of
from channelhub.core.rules.duplicates.folding import read_pair
from channelhub.core.rules.duplicates.names import HAN_TAIL, Name, name_of
from channelhub.core.rules.duplicates.places import place_of
from channelhub.core.rules.duplicates.words import TRADE_WORDS

_BIAS = 2**31


def number_of(key: str) -> int:
    """A key as the database keeps it: a signed number of 32 bits."""
    return crc32(key.encode()) - _BIAS


@lru_cache(maxsize=50_000)
def _word_keys(word: str) -> tuple[int, ...]:
    size = len(word)
    if size < 5:
        return (number_of(f"={word}"),)
    head, tail = _halves(size)
    return (number_of(f"^{word[:head]}"), number_of(f"{word[-tail:]}$"))


def _halves(size: int) -> tuple[int, int]:
    return (3, 3) if size < 7 else (3, 4) if size == 7 else (4, 4)


@cache
def _pair_key(pair: str) -> int:
    return number_of(f"~{read_pair(pair)}")


def kept_keys(name: Name) -> set[int]:
    """By which a record's name is found."""
    if name.han:
        return _pairs(name.han)
    words = name.latin
    found: set[int] = set()
    for word in words:
        if word not in TRADE_WORDS:
            found.update(_word_keys(word))
    if not found:
        for word in words:
            found.update(_word_keys(word))
    if len(words) > 1 and len(words[0]) < 6:
        found.add(number_of(f"<{''.join(words)[:6]}"))
    return found


def _pairs(han: str) -> set[int]:
    """Each two characters, but those of the trade at the end only where it begins: half of all trade in something."""
    tail = HAN_TAIL.search(han)
    end = tail.start() + 1 if tail is not None and tail.start() > 1 else len(han)
    return {_pair_key(han[place : place + 2]) for place in range(end - 1)} or {_pair_key(han)}


def asked_keys(name: Name) -> set[int]:
    """Under which records of a like name stand."""
    found = kept_keys(name)
    whole = "".join(name.core)
    found.add(number_of(f"<{whole[:6]}"))
    together = [a + b for a, b in pairwise(name.core)] if name.han else []
    for word in (*name.core, *together, whole):
        found.update(_asked_of_word(word))
    read = split_pinyin(whole) if not name.han else None
    if read:
        found.update(number_of(f"~{a}{b}") for a, b in pairwise(read))
    return found


@lru_cache(maxsize=50_000)
def _asked_of_word(word: str) -> tuple[int, ...]:
    """Both lengths of beginning and end, since a letter too many or too few moves the middle."""
    if len(word) < 4:
        return (number_of(f"={word}"),)
    keys = {number_of(f"={word}")} if len(word) < 6 else set()
    keys.update(number_of(f"^{word[:size]}") for size in (3, 4))
    keys.update(number_of(f"{word[-size:]}$") for size in (3, 4))
    if 5 <= len(word) <= 8:  # two letters that changed places in the middle spoil both ends of a short word
        for place in (2, 3):
            swapped = word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]
            keys.update(_word_keys(swapped))
    return tuple(keys)


def exact_keys(facts: Facts) -> set[int]:
    """Numbers, telephones, domains, accounts and the address: each alone is worth a look."""
    if not (facts.numbers or facts.phones or facts.domains or facts.accounts or facts.address):
        return set()
    found = {number_of(f"number {number}") for _scheme, number in facts.numbers}
    found |= {number_of(f"phone {phone[-7:]}") for phone in phones_of(facts)}
    found |= {number_of(f"domain {domain}") for domain in facts.domains}
    found |= {number_of(f"account {account}") for account in facts.accounts}
    place = place_of(facts.address, "") if facts.address else None
    if place is not None and place.house and place.street:
        found |= {number_of(f"address {place.house} {word[:4]}") for word in place.street}
    return found


def kept(facts: Facts) -> set[int]:
    """All keys of a record."""
    return exact_keys(facts).union(*(kept_keys(name_of(name)) for name in facts.names))


def asked(facts: Facts) -> set[int]:
    """All keys under which records like this one may stand."""
    return exact_keys(facts).union(*(asked_keys(name_of(name)) for name in facts.names))


_INITIALS = sorted(
    [
        "b",
        "p",
        "m",
        "f",
        "d",
        "t",
        "n",
        "l",
        "g",
        "k",
        "h",
        "j",
        "q",
        "x",
        "zh",
        "ch",
        "sh",
        "r",
        "z",
        "c",
        "s",
        "y",
        "w",
    ],
    key=len,
    reverse=True,
)
_FINALS = sorted(
    [
        "a",
        "o",
        "e",
        "ai",
        "ei",
        "ao",
        "ou",
        "an",
        "en",
        "ang",
        "eng",
        "er",
        "i",
        "ia",
        "ie",
        "iao",
        "iu",
        "ian",
        "in",
        "iang",
        "ing",
        "iong",
        "u",
        "ua",
        "uo",
        "uai",
        "ui",
        "uan",
        "un",
        "uang",
        "ong",
        "v",
        "ve",
        "ue",
    ],
    key=len,
    reverse=True,
)


def split_pinyin(text: str) -> list[str] | None:
    """The syllables of a text that is pinyin throughout, digits apart; None when it is not."""
    read: list[str] = []
    place = 0
    while place < len(text):
        step = _syllable_at(text, place)
        if not step:
            return None
        read.append(text[place : place + step])
        place += step
    return read if len(read) > 1 else None


def _syllable_at(text: str, place: int) -> int:
    if text[place].isdigit():
        return 1
    initial = next((part for part in _INITIALS if text.startswith(part, place)), "")
    after = place + len(initial)
    for final in _FINALS:
        if not text.startswith(final, after):
            continue
        end = after + len(final)
        # shang-hai, not shan-ghai; xi-an is not told from xian
        if final[-1] in "ng" and end < len(text) and text[end] in "aeiouv" and len(final) > 1:
            continue
        return len(initial) + len(final)
    return 0

"""How words become numbers that an index can find: the same in Python as in the database's core_search_grams."""

import unicodedata
from collections.abc import Iterable

PUNCTUATION = "-_./\\()[]{}<>,;:!?'\"`´’‘“”#%&*+=|~@^$·・、。，：；！？《》【】"
MARKS = "".join(map(chr, range(0x300, 0x315)))  # accents, once a letter is taken apart
CJK = 0x2E80  # from here on a character is a word's part of its own
BLANK = 32
_DROPPED = str.maketrans("", "", PUNCTUATION + MARKS)
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def folded(text: str) -> str:
    """Without case, accents, width and punctuation; a blank before each word, none at the end."""
    plain = unicodedata.normalize("NFKD", text).translate(_DROPPED).translate(_LOWER)
    words = plain.replace("\t", " ").replace("\n", " ").split(" ")
    return "".join(f" {word}" for word in words if word)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a question, each once."""
    return tuple(dict.fromkeys(folded(text).split()))


def _number(*points: int) -> int:
    value = 0
    for point in points:
        value = (value * 1_000_003 + point) % 2_147_483_647
    return value


def grams(text: str) -> frozenset[int]:
    """Of a folded text: three letters each, and each Chinese character alone and with its neighbours."""
    points = [*map(ord, text), BLANK, BLANK]
    return frozenset(number for a, b, c in zip(points, points[1:], points[2:], strict=False) for number in _at(a, b, c))


def _at(a: int, b: int, c: int) -> Iterable[int]:
    if a >= CJK:
        yield a
    if BLANK not in (a, b) and (a >= CJK or b >= CJK):
        yield _number(a, b)
    if BLANK not in (b, c) and max(a, b, c) < CJK:
        yield _number(a, b, c)


def asked(words: Iterable[str]) -> frozenset[int]:
    """What an entry must have to hold all words: parts of words, but two letters only where a word begins."""
    return frozenset(number for word in words for number in grams(f" {word}" if begins_only(word) else word))


def begins_only(word: str) -> bool:
    """One or two letters stand in every name somewhere: they are looked for where a word begins."""
    return len(word) < 3 and all(ord(letter) < CJK for letter in word)


def share(of: frozenset[int], held: Iterable[int]) -> float:
    """Which part of a question's grams an entry holds, between 0 and 1."""
    return len(of.intersection(held)) / len(of) if of else 0.0

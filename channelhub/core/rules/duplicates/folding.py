"""One way of writing: width, script, case, accents and punctuation taken away; Chinese simplified and read aloud."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

HAN = re.compile(r"[\u3400-\u9fff]+")
_RARE, _LAST = 0x4E00, 0x9FFF
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
            "i",
            "yi",
            "ye",
            "g",
            "u",
        ],
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ],
        strict=True,
    )
)
_OTHER = {"ß": "ss", "æ": "ae", "ø": "o", "å": "a", "đ": "d", "ł": "l", "ı": "i", "œ": "oe", "þ": "th", "ð": "d"}
_SIGNS = {"&": " and ", "+": " and ", "'": "", "’": "", "`": "", "‘": ""}
_LETTERS = str.maketrans(_CYRILLIC | _GREEK | _OTHER | _SIGNS)
_APART = re.compile(r"[^0-9a-z\u0100-\U0010ffff]+")
_MARKED = re.compile(r"[\u0080-\u2e7f\uff00-\uffef]")


@cache
def _simplified() -> dict[int, str]:
    one = OpenCC("t2s").convert
    pairs = ((point, one(chr(point))) for point in range(_RARE, _LAST))
    return {point: letter for point, letter in pairs if letter != chr(point)}


@cache
def _readings() -> dict[str, str]:
    return {chr(point): _plain(lazy_pinyin(chr(point))[0]) for point in range(_RARE, _LAST)}


@cache
def _read_otherwise() -> dict[str, tuple[str, str]]:
    """Words of two characters that are not read as each of them alone, as the first of 重庆."""
    single, found = _readings(), {}
    for phrase, syllables in PHRASES_DICT.items():
        if len(phrase) != 2:
            continue
        read = tuple(_plain(_toneless(syllable[0])) for syllable in syllables)
        if len(read) == 2 and read != (single.get(phrase[0]), single.get(phrase[1])):
            found[phrase] = (read[0], read[1])
    return found


def _toneless(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable.replace("ü", "v"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _plain(syllable: str) -> str:
    return syllable.replace("ü", "v")


def warm() -> None:
    """Make the tables now: processes that are split off share them."""
    _simplified()
    _readings()
    _read_otherwise()


def simplified(text: str) -> str:
    """Traditional characters written as simplified ones, one by one."""
    return text.translate(_simplified())


def folded(text: str) -> str:
    """Lower case Latin letters without accents, digits, simplified Chinese; one blank between words."""
    if text.isascii():
        text = text.lower().replace("&", " and ").replace("'", "").replace("+", " and ").replace("`", "")
        return _APART.sub(" ", text).strip()
    if _MARKED.search(text):
        text = unicodedata.normalize("NFKC", text).lower().translate(_LETTERS)
        text = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_LETTERS)
    else:
        text = text.lower()
    return _APART.sub(" ", text.translate(_simplified())).strip()


@cache
def read_pair(pair: str) -> str:
    """How two characters beside each other are read, as one word without tones: 重庆 is chongqing."""
    return "".join(syllables(pair))


def syllables(text: str) -> tuple[str, ...]:
    """How each character is read, words of two characters as a word; other writing stays as it is."""
    single, otherwise = _readings(), _read_otherwise()
    read: list[str] = []
    place = 0
    while place < len(text):
        word = otherwise.get(text[place : place + 2])
        if word:
            read += word
            place += 2
            continue
        read.append(single.get(text[place], text[place]))
        place += 1
    return tuple(read)

"""How names in Chinese are put in order: by their pinyin, made once and stored, because no collation is relied on."""

from pypinyin import lazy_pinyin

LONGEST = 400


def sort_key(name: str) -> str:
    """A name's syllables in pinyin, lower case, apart by blanks; other writing stays as it is."""
    return " ".join(" ".join(lazy_pinyin(name)).lower().split())[:LONGEST]

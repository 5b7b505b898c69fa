"""Candidates of a search, ranked. Read with the owner's rights; the records are fetched behind the fence after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from channelhub.core import hooks
from channelhub.core.models import SearchEntry
from channelhub.core.rules import search as rules

MOST = 300
ALIKE = 0.45  # the share of a question's grams that an entry holds which is not the question
SHORT = 4
COLUMNS = ("kind", "record_id", "code", "text")


@dataclass(frozen=True)
class Hit:
    """An entry that matches; ``rank``: the smaller the better."""

    kind: str
    record_id: int
    rank: tuple[float, ...]


def hits(user: Any, question: str, *, kinds: Sequence[str]) -> list[Hit]:
    """The best entries of these kinds, those of partners the person does not see left out as far as is known here."""
    words = rules.words_of(question)
    if not words or not kinds:
        return []
    rows = _reach(SearchEntry.objects.filter(kind__in=list(kinds)), user)
    compact = "".join(words)
    found = {(hit.kind, hit.record_id): hit for hit in _exact(rows, words, compact)}
    if not found:
        found = {(hit.kind, hit.record_id): hit for hit in _alike(rows, compact)}
    return sorted(found.values(), key=lambda hit: hit.rank)


def _reach(rows: QuerySet[SearchEntry], user: Any) -> QuerySet[SearchEntry]:
    acting = user.acting
    if acting.standing is not None:
        return rows.filter(Q(owner_id=None) | Q(owner_id__in=list(acting.standing.subtree)))
    if acting.territories is None:
        return rows
    return rows.filter(Q(owner_id=None) | Q(owner_id__in=hooks.partners_within(acting.territories)))


def _exact(rows: QuerySet[SearchEntry], words: tuple[str, ...], compact: str) -> list[Hit]:
    """By the code's beginning, and by all words."""
    by_words = rows.filter(_holding(words))
    by_code = rows.filter(code__startswith=compact)
    found = [*by_code.values_list(*COLUMNS)[:MOST], *by_words.values_list(*COLUMNS)[:MOST]]
    return [Hit(kind, record_id, _rank(code, text, words, compact)) for kind, record_id, code, text in found]


def _rank(code: str, text: str, words: tuple[str, ...], compact: str) -> tuple[float, ...]:
    """The code itself, the code's beginning, words that begin so, parts of words; then the shorter name."""
    if code == compact:
        place = 0
    elif code.startswith(compact):
        place = 1
    elif all(f" {word}" in text for word in words):
        place = 2
    else:
        place = 3
    return (place, len(text))


def _alike(rows: QuerySet[SearchEntry], compact: str) -> list[Hit]:
    """One wrong letter spoils one half of a word's grams, not both."""
    half = len(compact) // 2
    halves = [sorted(rules.grams(part)) for part in (compact[: half + 1], compact[half - 1 :])]
    halves = [numbers for numbers in halves if len(numbers) > 1]
    if len(compact) < SHORT or not halves:
        return []
    either = Q()
    for numbers in halves:
        either |= Q(grams__contains=numbers)
    whole = rules.grams(compact)
    found = []
    for kind, record_id, held in rows.filter(either).values_list("kind", "record_id", "grams")[:MOST]:
        share = rules.share(whole, held)
        if share >= ALIKE:
            found.append(Hit(kind, record_id, (4 - share, len(held))))
    return found


def within(rows: QuerySet[Any], question: str, **kinds: str) -> QuerySet[Any]:
    """Of a list's rows those that hold all words, by the search's index: no list is read through for a name.

    ``kinds``: the row's path to a record's id and the kind it is found as, ``pk="partners.partner"``.
    """
    words = rules.words_of(question)
    if not words:
        return rows
    found = Q()
    for path, kind in kinds.items():
        entries = SearchEntry.objects.filter(_holding(words), kind=kind)
        found |= Q(**{f"{path}__in": entries.values("record_id")})
    return rows.filter(found)


def _holding(words: tuple[str, ...]) -> Q:
    held = Q()
    for word in words:
        held &= Q(text__contains=f" {word}" if rules.begins_only(word) else word)
    numbers = rules.asked(words)
    return held & Q(grams__contains=sorted(numbers)) if numbers else held

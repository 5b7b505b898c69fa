"""Which records are most like what is asked: candidates by keys, ordered by shape, the best compared in full."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.rules.duplicates.folding import syllables
from channelhub.core.rules.duplicates.keys import asked, exact_keys
from channelhub.core.rules.duplicates.scoring import Verdict, compare
from channelhub.core.services.duplicates.entries import shape_of, write_due
from channelhub.core.services.duplicates.sources import Source, scale_of, source_of
from channelhub.core.services.fence import unfenced
from channelhub.lib import sql

BUDGET = 3_000  # records that are looked at by the shape of their names
COMPARED = 40  # records that are compared in full
ALONE = 2_000  # a key that more records share is used together with another one only
UNCOUNTED = 50  # how many records an uncounted key is taken to have
PAIRS = 6
AT_ONCE = 1_000  # of a bulk load, what one question writes first; the rest is written in the background


@dataclass(frozen=True)
class Match:
    """A record that may be the same, and why."""

    record_id: int
    verdict: Verdict
    same: bool

    @property
    def score(self) -> float:
        return self.verdict.score


def find(
    kind: str,
    facts: Facts,
    *,
    use: str,
    without: Iterable[int] = (),
    limit: int = 10,
) -> list[Match]:
    """The records whose likeness reaches the use's suspicion, the likest first.

    Reads all records, whoever may see them: the caller shows only what the person may see.
    """
    source, scale = source_of(kind), scale_of(use)
    with unfenced():
        write_due(AT_ONCE)
        ids = set(candidates(source, facts)) - set(without)
        known = source.facts(sorted(ids)) if ids else {}
    found = [(record_id, compare(facts, other, scale)) for record_id, other in known.items()]
    found = [(record_id, verdict) for record_id, verdict in found if verdict.score >= scale.suspected_from]
    found.sort(key=lambda pair: (-pair[1].score, pair[0]))
    return [Match(record_id, verdict, verdict.score >= scale.same_from) for record_id, verdict in found[:limit]]


def candidates(source: Source, facts: Facts) -> list[int]:
    """The records worth a full comparison, at most twice ``COMPARED``."""
    salt = source.salt
    exact = [key ^ salt for key in exact_keys(facts)]
    rare, pairs = _chosen([key ^ salt for key in asked(facts)], exact)
    conditions = ["keys && %s::int[]"] * bool(rare or exact) + ["keys @> %s::int[]"] * len(pairs)
    if not conditions:
        return []
    rows = sql.fetch(
        # Materialised: with the limit inside, the planner would rather read the table through until it is reached.
        "WITH found AS MATERIALIZED (SELECT record_id, shapes, keys FROM core_duplicateentry"
        f" WHERE kind = %s AND ({' OR '.join(conditions)}))"
        f" SELECT record_id, shapes, keys && %s::int[] FROM found LIMIT {2 * BUDGET}",
        [source.kind, *([[*rare, *exact]] if rare or exact else []), *map(list, pairs), exact],
    )
    first = [record_id for record_id, _shapes, hit in rows if hit][:COMPARED]
    return list(dict.fromkeys([*first, *_likest(facts, rows)]))


def _chosen(keys: Sequence[int], exact: Sequence[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """The rarest keys, as many as the budget allows, and pairs of the others."""
    counted = dict(sql.fetch("SELECT key, records FROM core_duplicatecommon WHERE key = ANY(%s)", [list(keys)]))
    order = sorted(set(keys) - set(exact), key=lambda key: (counted.get(key, 0), key))
    rare: list[int] = []
    spent = 0
    for key in order:
        records = counted.get(key, UNCOUNTED)
        if records > ALONE or spent + records > BUDGET:
            break
        rare.append(key)
        spent += records
    rest = order[len(rare) : len(rare) + 4]
    pairs = [(a, b) for place, a in enumerate(rest) for b in rest[place + 1 :]]
    return rare, pairs[:PAIRS]


def _likest(facts: Facts, rows: Sequence[tuple[int, list[str], bool]]) -> list[int]:
    ids: list[int] = []
    shapes: list[str] = []
    for record_id, own, _hit in rows:
        for shape in own:
            ids.append(record_id)
            shapes.append(shape)
    compact = [shape.replace(" ", "") for shape in shapes]
    read = list(map(_as_read, compact))
    found: list[int] = []
    for name in facts.names:
        shape = shape_of(name)
        plain = shape.replace(" ", "")
        for question, choices, scorer in (
            (plain, compact, fuzz.ratio),
            (shape, shapes, fuzz.token_set_ratio) if shape.isascii() else (plain, compact, fuzz.partial_ratio),
            (_as_read(plain), read, fuzz.ratio),
        ):
            best = process.extract(question, choices, scorer=scorer, limit=COMPARED // 2)
            found += [ids[place] for _choice, _score, place in best]
    return list(dict.fromkeys(found))


def _as_read(shape: str) -> str:
    return shape if shape.isascii() else "".join(syllables(shape))

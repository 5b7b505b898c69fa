"""All pairs of a list that may be the same: only records that share a key are compared."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.rules.duplicates.keys import asked, kept
from channelhub.core.rules.duplicates.scoring import Scale, Verdict, compare

MOST = 1_000  # records under one key: a key that more share tells nothing


def suspected_pairs(
    records: Mapping[str, Facts],
    scale: Scale,
    *,
    most: int = MOST,
) -> Iterator[tuple[str, str, Verdict]]:
    """Each pair whose score reaches the scale's suspicion, once; the same facts are compared once only."""
    standing: dict[int, list[str]] = defaultdict(list)
    for name, facts in records.items():
        for key in kept(facts):
            standing[key].append(name)
    compared: dict[tuple[Facts, Facts], Verdict] = {}
    order = {name: place for place, name in enumerate(records)}
    for name, facts in records.items():
        near = {other for key in asked(facts) if len(standing.get(key, ())) <= most for other in standing.get(key, ())}
        for other in near:
            if order[other] <= order[name]:
                continue
            pair = (facts, records[other])
            verdict = compared.get(pair)
            if verdict is None:
                verdict = compared[pair] = compare(*pair, scale)
            if verdict.score >= scale.suspected_from:
                yield name, other, verdict

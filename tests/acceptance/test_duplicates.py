"""Records with known duplicates: how many the duplicate check finds, and how many it finds wrongly.

The check sees names, addresses and telephones only; the labels are read by this test and by nothing else.
"""

import csv
import gzip
import os
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings

from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.rules.duplicates.pairs import suspected_pairs
from channelhub.core.rules.duplicates.scoring import compare
from channelhub.core.rules.duplicates.uses import NAMES_ALONE, PLACES

pytestmark = pytest.mark.acceptance
FOLDER = Path(os.environ.get("CHANNELHUB_DATA") or settings.BASE_DIR / "../shared/data") / "entity_matching"
ORGANISATIONS = ("Company", "Organization", "LegalEntity")


def rows(name):
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no real data: {path} is not there; CHANNELHUB_DATA names another folder")
    content = path.read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return list(csv.DictReader(text.decode().splitlines()))


def figures(title, found, gold):
    right = len(found & gold)
    precision, recall = right / len(found), right / len(gold)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"\n{title}: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    return precision, recall, f1


def pair(one, other):
    return tuple(sorted((one, other)))


def found_pairs(records, scale):
    return {pair(one, other) for one, other, _verdict in suspected_pairs(records, scale)}


def test_sites_of_an_authority_are_matched_by_name_address_and_telephone():
    records = {
        row["id"]: Facts(
            (row["site_name"],),
            phones=tuple(filter(None, [row["phone"]])),
            address=row["address"],
            postal_code=row["zip"],
        )
        for row in rows("chicago_sites/records.csv.gz")
    }
    gold = {pair(row["id1"], row["id2"]) for row in rows("chicago_sites/gold_pairs.csv.gz")}

    precision, _recall, f1 = figures("chicago_sites", found_pairs(records, PLACES), gold)

    assert precision >= 0.95
    assert f1 >= 0.93


def test_applicants_for_patents_are_matched_by_name_alone():
    clusters = defaultdict(list)
    records = {}
    for row in rows("patstat_applicants/records.csv"):
        records[row["id"]] = Facts((row["raw_name"],))
        clusters[row["cluster_id"]].append(row["id"])
    gold = {pair(*two) for ids in clusters.values() for two in combinations(ids, 2)}

    _precision, _recall, f1 = figures("patstat_applicants", found_pairs(records, NAMES_ALONE), gold)

    assert f1 >= 0.88


def test_names_of_organisations_in_many_scripts():
    cases = [row for row in rows("name_pairs/pairs.csv") if row["schema"] in ORGANISATIONS]
    gold = {place for place, row in enumerate(cases) if row["is_match"] == "true"}
    scores = [compare(Facts((row["name1"],)), Facts((row["name2"],)), NAMES_ALONE).score for row in cases]
    found = {place for place, score in enumerate(scores) if score >= NAMES_ALONE.suspected_from}

    _precision, _recall, f1 = figures("name_pairs, organisations", found, gold)

    assert f1 >= 0.85

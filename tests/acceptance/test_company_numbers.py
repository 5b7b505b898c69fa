"""Every published case of an official number gets its verdict."""

import csv
import os
from pathlib import Path

import pytest
from django.conf import settings

from partners.rules.company_numbers import Trouble, check

pytestmark = pytest.mark.acceptance
FILE = Path(os.environ.get("CHANNELHUB_DATA") or settings.BASE_DIR / "../shared/data") / "identifiers"
TROUBLES = {
    "": None,
    "InvalidLength": Trouble.WRONG_LENGTH,
    "InvalidFormat": Trouble.WRONG_FORMAT,
    "InvalidChecksum": Trouble.WRONG_CHECK_DIGIT,
    "InvalidComponent": Trouble.WRONG_PART,
}


def test_every_case_gets_its_verdict():
    path = FILE / "identifier_vectors.csv"
    if not path.exists():
        pytest.skip(f"no real data: {path} is not there; CHANNELHUB_DATA names another folder")
    with path.open(newline="", encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    wrong = []
    for case in cases:
        verdict = check(case["scheme"], case["value"])
        expected = (case["expected"] == "valid", TROUBLES[case["error"]])
        if (verdict.valid, verdict.trouble) != expected or (case["compact"] and verdict.compact != case["compact"]):
            wrong.append((case, verdict))

    print(f"\n{len(cases)} numbers, {len(wrong)} with another verdict")
    assert wrong == []

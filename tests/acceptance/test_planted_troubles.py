"""The demo channel's planted troubles, found by the night: precision and recall of the two detectors, line by line."""

import pytest
from django.utils import timezone

from performance.models import FindingLine
from performance.rules.demo.scales import SCALES
from performance.services import night
from performance.services.demo.seed import seed_demo

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db]
KINDS = {"outside_territory": ("diversion", "expired"), "below_map": ("undercutting",)}
LEAST = 0.95


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_planted_is_found_and_the_innocent_beside_it_is_not(seed, capsys):
    access = seed_demo(scale=SCALES["small"], seed=seed, at=timezone.now(), say=lambda _text: None)
    night.work_on_night(clock=timezone.now)

    for kind, planted in KINDS.items():
        wanted = {line for trouble in planted for line in access.planted.lines[trouble]}
        found = set(FindingLine.objects.filter(kind=kind).values_list("line__external_id", flat=True))
        right = len(wanted & found)
        precision, recall = right / len(found), right / len(wanted)
        with capsys.disabled():
            print(f"\n{kind}, seed {seed}: {len(wanted)} planted, precision {precision:.3f}, recall {recall:.3f}")
        assert min(precision, recall) > LEAST

"""kill -9 of worker, Redis or PostgreSQL at a random statement: the night's result is the undisturbed one's."""

import json
import random

import pytest

from tests.chaos.place import a_night, fingerprint

pytestmark = pytest.mark.chaos
SEEDS = range(10)
VICTIMS = ("child", "worker", "redis", "postgres", "backend")


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_is_killed_the_result_is_that_of_an_undisturbed_night(seed, servers, copied, undisturbed, tmp_path):
    rng = random.Random(seed)
    victim, at = VICTIMS[seed % len(VICTIMS)], rng.randrange(1, undisturbed.statements * 9 // 10)
    delay = rng.choice([0, rng.uniform(0.001, 0.05)])
    database = copied(f"run_{seed}")

    result = a_night(servers, database, tmp_path, victim=victim, at=at, delay=delay)

    killed = (tmp_path / "killed").read_text()
    print(f"\nseed {seed}: {killed} killed at statement {at}, {delay:.3f} s later; {result.restarts} restarts")
    assert (killed, result.statuses) == (victim, ["done", "done"])
    assert fingerprint(servers, database) == undisturbed.fingerprint


# The step, a word that only its statements say, and the how many-th of them brings death.
JUDGEMENT = {
    "conflicts": ("INSERT INTO performance_finding", 1, "child"),
    "scores": ("INSERT INTO performance_kpivalue", 7, "postgres"),
    "ranks": ("UPDATE performance_score s SET rank", 1, "worker"),
}


@pytest.mark.parametrize("step", JUDGEMENT)
def test_whoever_is_killed_while_judging_the_result_is_the_same(step, servers, copied, undisturbed, tmp_path):
    word, at, victim = JUDGEMENT[step]
    database = copied(f"run_{step}")

    result = a_night(servers, database, tmp_path, victim=victim, at=at, word=word)

    print(f"\n{victim} killed at {step}; {result.restarts} restarts")
    assert ((tmp_path / "killed").read_text(), result.statuses) == (victim, ["done", "done"])
    assert fingerprint(servers, database) == undisturbed.fingerprint


def test_the_world_gives_every_step_of_judgement_something_to_find(undisturbed):
    rows = {line.split()[2]: int(line.split()[1]) for line in undisturbed.fingerprint if len(line.split()) == 3}
    judged = ("performance_finding", "performance_findingline", "performance_kpivalue", "performance_score")

    assert [name for name in judged if rows[name] < 20] == []


def test_a_chunk_that_always_fails_and_one_that_kills_its_worker_stop_no_other(servers, copied, tmp_path):
    database = copied("trouble")
    servers.ask(
        "UPDATE core_jobrun SET status = 'cancelled', ended_at = now() WHERE status = 'open'", database=database
    )
    code = (
        "import django; django.setup()\n"
        "from datetime import date\nfrom django.utils import timezone\n"
        "from channelhub.core.services.night import runs\nfrom tests.chaos.app import troublesome\n"
        "runs.open_run(business_day=date(2029, 5, 1), steps=troublesome(), at=timezone.now())"
    )
    servers.run("-c", code, database=database)

    result = a_night(servers, database, tmp_path, CHAOS_STEPS="1")

    chunks = servers.ask(
        "SELECT part, done_at IS NOT NULL, set_aside_at IS NOT NULL, attempts, error FROM core_jobchunk c"
        " JOIN core_jobrun r ON r.id = c.run_id WHERE r.business_day = '2029-05-01' ORDER BY c.id",
        database=database,
    )
    assert chunks == [
        ("good", True, False, 1, ""),
        ("raises", False, True, 5, "LookupError: this one always fails"),
        ("kills", False, True, 5, "the worker was lost"),
        ("slow", True, False, 1, ""),
        ("also good", True, False, 1, ""),
        ("fine", True, False, 1, ""),
    ]
    assert result.statuses[-1] == "incomplete"
    tasks = servers.ask("SELECT values->>'part' FROM core_task WHERE closed_at IS NULL ORDER BY 1", database=database)
    assert tasks == [("kills",), ("raises",)]
    notes = [json.loads(line) for line in (tmp_path / "notes").read_text().splitlines()]
    later = min(at for at, what, name in notes if name in {"also good", "fine"})
    earlier = max(at for at, what, name in notes if name not in {"also good", "fine"})
    assert earlier < later

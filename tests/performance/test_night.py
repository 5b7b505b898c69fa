"""The night's steps over a real ledger: when it is due, what is made up for, and that twice posts nothing."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from channelhub.core.enums.night import RunKind, RunStatus
from channelhub.core.models import JobRun
from channelhub.core.services import startup
from channelhub.core.services.night import runs, steps
from channelhub.core.services.night.steps import CUT, Step
from channelhub.lib.locks import session_slot
from performance import tasks
from performance.selectors.fingerprint import fingerprint, fingerprinted
from performance.services import night
from pricing.models import RebatePosting, TouchedAccount
from tests.factories.ledger import sell
from tests.factories.partners import make_partner
from tests.factories.rebates import make_programme

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
# Two in the morning of 2 March in Shanghai.
TWO = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


class Clock:
    def __init__(self, now=TWO):
        self.now = now

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def earner():
    partner = make_partner()
    make_programme(earners=[partner])
    sell(partner, booked_on=date(2026, 2, 3), amount=1000)
    return partner


def posted():
    return sum(RebatePosting.objects.values_list("amount", flat=True))


def test_a_night_turns_sales_into_rebates(earner):
    night.work_on_night(clock=Clock())

    run = JobRun.objects.get()
    assert (run.business_day, run.status, posted()) == (DAY, RunStatus.DONE, 100)


def test_a_second_night_over_the_same_ledger_posts_nothing(earner):
    night.work_on_night(clock=Clock())
    before, count = fingerprint(), RebatePosting.objects.count()

    run = night.open_night(day=DAY, at=TWO)
    night.work_on_night(clock=Clock())

    run.refresh_from_db()
    assert (run.status, fingerprint(), RebatePosting.objects.count()) == (RunStatus.DONE, before, count)


@pytest.mark.parametrize(
    ("local_hour", "day"),
    [(0, date(2026, 2, 28)), (1, date(2026, 2, 28)), (2, DAY), (23, DAY)],
)
def test_yesterday_is_due_from_the_nights_hour_on(local_hour, day):
    assert night.due_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC) + timedelta(hours=local_hour)) == day


def test_the_night_that_is_due_is_opened_once():
    opened = [night.open_due_night(at=TWO), night.open_due_night(at=TWO + timedelta(minutes=1))]

    assert opened == [JobRun.objects.get(), None]


def test_a_cancelled_night_is_not_opened_again():
    runs.cancel_run(run=night.open_due_night(at=TWO), at=TWO)

    assert night.open_due_night(at=TWO) is None


def test_missed_nights_are_made_up_by_dated_steps_once_a_day_and_by_the_others_once(monkeypatch):
    dated = Step("reminders", "", lambda *, business_day: None, dated=True)
    monkeypatch.setattr(steps, "_steps", {"rollup": steps.named("rollup"), "reminders": dated})
    night.work_on_night(clock=Clock())

    run = night.open_due_night(at=TWO + timedelta(days=3))

    places = run.steps.order_by("position").values_list("code", "business_day")
    assert list(places) == [
        ("rollup", date(2026, 3, 4)),
        ("reminders", date(2026, 3, 2)),
        ("reminders", date(2026, 3, 3)),
        ("reminders", date(2026, 3, 4)),
    ]


def test_a_cancelled_night_is_made_up_by_the_next():
    night.work_on_night(clock=Clock())
    runs.cancel_run(run=night.open_due_night(at=TWO + timedelta(days=1)), at=TWO)

    assert night.missed_days(date(2026, 3, 3)) == [date(2026, 3, 2)]


def test_the_ranges_cover_every_partner_also_one_that_comes_later(settings):
    settings.NIGHT_PARTNERS_A_CHUNK = 2
    ids = sorted(make_partner().pk for _ in range(5))

    bounds = [(part.params["lo"], part.params["hi"]) for part in night.partner_ranges()]

    assert bounds == [(0, ids[2] - 1), (ids[2], ids[4] - 1), (ids[4], night.LARGEST_ID)]


def test_without_partners_there_is_one_range_for_all():
    assert [part.params for part in night.partner_ranges()] == [{"lo": 0, "hi": night.LARGEST_ID}]


def test_the_accounts_to_settle_are_cut_when_the_rollup_has_queued_them(earner, settings):
    settings.NIGHT_ACCOUNTS_A_CHUNK = 1
    other = make_partner()
    run = night.open_due_night(at=TWO)
    sell(other, booked_on=date(2026, 2, 3), amount=10)
    make_programme(earners=[other])

    night.work_on_night(clock=Clock())

    parts = run.chunks.filter(step__code="rebates").order_by("pk").values_list("params", flat=True)
    assert list(parts) == [
        CUT,
        {"lo": 0, "hi": other.pk - 1},
        {"lo": other.pk, "hi": night.LARGEST_ID},
    ]
    assert (run.chunks.still_open().count(), TouchedAccount.objects.count()) == (0, 0)


def test_with_nothing_to_settle_there_is_one_range_for_all():
    assert [part.params for part in night.touched_ranges()] == [{"lo": 0, "hi": night.LARGEST_ID}]


def test_the_tasks_open_the_night_and_work_on_it(earner):
    tasks.open_night(added_by_a_later_version=1)
    tasks.work_on_night()

    assert (JobRun.objects.get().status, posted()) == (RunStatus.DONE, 100)


@pytest.mark.django_db(transaction=True)
def test_when_all_places_are_taken_a_worker_leaves_the_night_to_others(settings):
    settings.NIGHT_WORKERS = 0

    assert night.work_on_night(clock=Clock()) == 0


@pytest.mark.django_db(transaction=True)
def test_a_place_is_given_back():
    with session_slot("a place", slots=1) as first:
        pass
    with session_slot("a place", slots=1) as second:
        pass

    assert (first, second) == (0, 0)


def told(*args):
    out = StringIO()
    call_command("nightly", *args, stdout=out, stderr=out)
    return out.getvalue().splitlines()


def test_the_command_runs_the_due_night_with_progress_and_says_when_it_is_done_already(earner):
    first, second = told(), told()

    day = night.due_day(timezone.now())
    assert [line.partition(",")[0] for line in first] == [
        "rebates: 1/10 parts done",
        "rebates: 2/11 parts done",
        "conflicts: 3/11 parts done",
        "deposits: 4/11 parts done",
        "obligations: 5/11 parts done",
        "scores: 6/11 parts done",
        "ranks: 7/11 parts done",
        "certificates: 8/11 parts done",
        "tiers: 9/11 parts done",
        "licences: 10/11 parts done",
        "11/11 parts done",
        f"The run of {day} is done.",
    ]
    assert second == [f"The night of {day} is done already."]


def test_the_command_runs_one_step_alone(earner):
    told("--date", "2026-03-01", "--step", "rollup")

    run = JobRun.objects.get()
    assert (run.kind, [step.code for step in run.steps.all()], posted()) == (RunKind.ALONE, ["rollup"], 0)


def test_the_command_refuses_an_unknown_step():
    with pytest.raises(CommandError, match="There is no step dance"):
        told("--step", "dance")


def test_the_command_names_what_was_set_aside(monkeypatch):
    def fail(*, business_day):
        raise LookupError("no such thing")

    monkeypatch.setattr(steps, "_steps", {"rollup": Step("rollup", "", fail)})
    monkeypatch.setattr("channelhub.core.services.night.chunks.FIRST_REST", timedelta(0))

    with pytest.raises(CommandError, match="ended incomplete"):
        told("--date", "2026-03-01")


def test_a_fingerprint_does_not_depend_on_ids_or_instants_but_on_figures(earner):
    night.work_on_night(clock=Clock())
    before = {one.table: one.hash for one in fingerprint()}

    sell(earner, booked_on=date(2026, 2, 4), amount=1)
    after = {one.table: one.hash for one in fingerprint()}

    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"pricing_salesline", "pricing_salesbatch", "partners_product", "partners_productline"}


def test_the_fingerprint_covers_sums_of_postings_by_account_month_and_cause(earner):
    night.work_on_night(clock=Clock())

    prints = {one.table: one.rows for one in fingerprint()}

    assert (prints["pricing_rebateposting"], len(prints)) == (1, len(fingerprinted()))


def test_the_fingerprint_command_prints_every_table_and_a_sum(earner):
    out = StringIO()
    call_command("fingerprint", stdout=out)

    lines = out.getvalue().splitlines()
    assert (len(lines), lines[-1].split()[1]) == (len(fingerprinted()) + 1, "everything")


def test_everything_is_ready_to_start():
    startup.require_ready()

"""Moving partners: dated, serialised, never in a circle."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from channelhub.core.models import OutboxEvent
from channelhub.lib.periods import DateRange
from partners import hooks
from partners.errors import Circle, MoveInForce, NoSuchMove, NothingChanges
from partners.models import Ancestry, Partner, Placement, TreeMove
from partners.selectors import tree
from partners.services.placements import cancel_move, move_partner, preview_move
from tests.factories.partners import make_partner
from tests.factories.threads import at_once

MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))
NOON = datetime(2026, 2, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def move(partner, parent, first_day):
    return move_partner(partner=partner, parent=parent, first_day=first_day, at=NOON)


def story(partner):
    return [(s.parent.code if s.parent else None, s.first_day, s.until) for s in tree.stretches(partner)]


@pytest.fixture
def team(db):
    return {code: make_partner(code) for code in ("a", "b", "c", "d")}


def test_a_move_ends_the_placement_of_its_day(team):
    move(team["a"], team["b"], MARCH)
    move(team["a"], team["c"], MAY)

    assert story(team["a"]) == [(None, None, MARCH), ("b", MARCH, MAY), ("c", MAY, None)]


def test_a_move_lasts_until_the_next_planned_one(team):
    move(team["a"], team["b"], MARCH)
    move(team["a"], team["c"], JUNE)
    move(team["a"], team["d"], APRIL)

    assert story(team["a"])[1:] == [("b", MARCH, APRIL), ("d", APRIL, JUNE), ("c", JUNE, None)]


def test_a_move_to_nobody_is_a_planned_one_too(team):
    move(team["a"], team["b"], MARCH)
    move(team["a"], None, JUNE)
    move(team["a"], team["d"], APRIL)

    assert story(team["a"])[1:] == [("b", MARCH, APRIL), ("d", APRIL, JUNE), (None, JUNE, None)]


def test_a_move_on_the_day_of_a_planned_one_replaces_it(team):
    move(team["a"], team["b"], MARCH)
    move(team["a"], team["c"], MARCH)

    assert story(team["a"]) == [(None, None, MARCH), ("c", MARCH, None)]


def test_a_move_that_changes_nothing_is_refused(team):
    move(team["a"], team["b"], MARCH)

    with pytest.raises(NothingChanges):
        move(team["a"], team["b"], APRIL)
    with pytest.raises(NothingChanges):
        move(team["b"], None, APRIL)


def test_the_subtree_moves_along_and_the_past_stays(team):
    move(team["b"], team["a"], MARCH)
    move(team["c"], team["b"], MARCH)
    move(team["b"], team["d"], MAY)

    assert tree.below_on(team["a"], APRIL) == sorted(team[code].pk for code in "abc")
    assert tree.below_on(team["a"], MAY) == [team["a"].pk]
    assert [p.code for p in tree.path_on(team["c"], MAY)] == ["d", "b", "c"]
    assert [p.code for p in tree.path_on(team["c"], APRIL)] == ["a", "b", "c"]


def test_each_move_leaves_a_fact_for_the_money(team):
    move(team["a"], team["b"], MAY)
    fact = move(team["a"], team["c"], MARCH)

    assert (fact.partner_id, fact.moves_on, fact.until, fact.recorded_at, fact.taken_in) == (
        team["a"].pk,
        MARCH,
        MAY,
        NOON,
        None,
    )
    assert TreeMove.objects.count() == 2


def test_a_move_is_told(team):
    fact = move(team["a"], team["b"], MAY)

    moved = OutboxEvent.objects.filter(name="partners.partner.moved")
    assert list(moved.values_list("name", "data")) == [
        ("partners.partner.moved", {"partner_id": team["a"].pk, "move_id": fact.pk, "first_day": "2026-05-01"}),
    ]


def test_a_circle_is_refused_naming_its_first_day(team):
    move(team["b"], team["a"], JUNE)

    with pytest.raises(Circle) as refusal:
        move(team["a"], team["b"], MARCH)

    assert (refusal.value.code, refusal.value.day, str(refusal.value)) == (
        "circle",
        JUNE,
        "The partner would stand under itself from 2026-06-01 on.",
    )
    assert story(team["a"]) == [(None, None, None)]


def test_a_circle_after_the_moves_end_does_not_count(team):
    move(team["a"], team["c"], MAY)
    move(team["b"], team["a"], MAY)
    move(team["a"], team["b"], MARCH)

    assert story(team["a"])[1:] == [("b", MARCH, MAY), ("c", MAY, None)]


def test_a_partner_never_stands_under_itself(team):
    with pytest.raises(Circle) as refusal:
        move(team["a"], team["a"], MARCH)

    assert refusal.value.day == MARCH


def test_the_database_refuses_a_partner_under_itself(team):
    with pytest.raises(IntegrityError, match="partners_placement_never_under_itself"), transaction.atomic():
        Placement.objects.create(partner=team["a"], parent=team["a"], valid_during=DateRange(MARCH, None))


def test_the_database_refuses_two_parents_on_a_day(team):
    Placement.objects.create(partner=team["a"], parent=team["b"], valid_during=DateRange(MARCH, None))

    with pytest.raises(IntegrityError, match="partners_one_parent_per_partner_per_day"), transaction.atomic():
        Placement.objects.create(partner=team["a"], parent=team["c"], valid_during=DateRange(MAY, None))


def test_a_cancelled_move_leaves_the_place_before_it(team):
    move(team["a"], team["b"], MARCH)
    move(team["a"], team["c"], APRIL)
    move(team["a"], team["d"], JUNE)

    fact = cancel_move(partner=team["a"], first_day=APRIL, at=NOON)

    assert story(team["a"])[1:] == [("b", MARCH, JUNE), ("d", JUNE, None)]
    assert (fact.moves_on, fact.until) == (APRIL, JUNE)
    assert [p.code for p in tree.path_on(team["a"], MAY)] == ["b", "a"]


def test_a_cancelled_move_to_nobody_leaves_the_parent(team):
    move(team["a"], team["b"], MARCH)
    move(team["a"], None, MAY)

    cancel_move(partner=team["a"], first_day=MAY, at=NOON)

    assert story(team["a"])[1:] == [("b", MARCH, None)]


def test_only_a_future_move_that_exists_is_cancelled(team):
    move(team["a"], team["b"], date(2026, 2, 10))

    with pytest.raises(MoveInForce):
        cancel_move(partner=team["a"], first_day=date(2026, 2, 10), at=NOON)
    with pytest.raises(NoSuchMove):
        cancel_move(partner=team["a"], first_day=MARCH, at=NOON)


def test_cancelling_is_refused_when_the_old_place_would_close_a_circle(team):
    move(team["a"], team["b"], MARCH)
    move(team["a"], None, MAY)
    move(team["b"], team["a"], JUNE)

    with pytest.raises(Circle) as refusal:
        cancel_move(partner=team["a"], first_day=MAY, at=NOON)

    assert refusal.value.day == JUNE


def test_the_preview_shows_what_the_move_would_do_and_changes_nothing(team, monkeypatch):
    move(team["c"], team["a"], MARCH)
    move(team["a"], team["d"], JUNE)
    effect = hooks.MoveEffect("contracts", 3)
    monkeypatch.setattr(hooks.move_preview, "_answers", [lambda question: [effect] if question.until == JUNE else []])

    preview = preview_move(partner=team["a"], parent=team["b"], first_day=APRIL)

    assert (preview.old_parent, preview.new_parent, preview.until, preview.circle_on) == (None, team["b"], JUNE, None)
    assert preview.subtree == sorted([team["a"].pk, team["c"].pk])
    assert [(s.parent.code, s.first_day) for s in preview.planned] == [("d", JUNE)]
    assert preview.effects == [effect]
    assert story(team["a"]) == [(None, None, JUNE), ("d", JUNE, None)]


def test_the_preview_tells_of_the_circle(team):
    move(team["b"], team["a"], JUNE)

    assert preview_move(partner=team["a"], parent=team["b"], first_day=MARCH).circle_on == JUNE


class Plan:
    """The tree as an oracle keeps it: for each partner, the parent from each day of change on."""

    def __init__(self, count):
        self.changes = [{} for _ in range(count)]

    def parent(self, partner, day):
        days = [d for d in self.changes[partner] if d <= day]
        return self.changes[partner][max(days)] if days else None

    def above(self, partner, day):
        """The way up, the partner first; None: a circle."""
        way = [partner]
        while (parent := self.parent(way[-1], day)) is not None:
            if parent in way:
                return None
            way.append(parent)
        return way

    def has_circle(self, days):
        return any(self.above(partner, day) is None for partner in range(len(self.changes)) for day in days)

    def tidy(self, partner):
        """A plan to stand under nobody means nothing when nobody stands above anyway."""
        kept = {}
        for day, parent in sorted(self.changes[partner].items()):
            if parent is not None or (kept and list(kept.values())[-1] is not None):
                kept[day] = parent
        self.changes[partner] = kept


def attempt(plan, partner, change):
    """The plan after the change, or None when the services must refuse it."""
    before = dict(plan.changes[partner])
    change(plan.changes[partner])
    plan.tidy(partner)
    if plan.has_circle(range(14)):
        plan.changes[partner] = before
        return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_random_moves_and_cancellations_agree_with_a_day_by_day_oracle(seed, db):
    dice, plan = random.Random(seed), Plan(5)
    partners = [make_partner() for _ in range(5)]
    number = {partner.pk: index for index, partner in enumerate(partners)}

    for _ in range(60):
        who, day = dice.randrange(5), dice.randrange(12)
        target = dice.choice([None, *range(5)])
        if dice.random() < 0.3 and day in plan.changes[who]:
            allowed = attempt(plan, who, lambda changes, day=day: changes.pop(day))
            act = lambda who=who, day=day: cancel_move(partner=partners[who], first_day=MARCH + day * DAY, at=NOON)
        elif plan.parent(who, day) == target:
            continue
        else:
            allowed = attempt(plan, who, lambda changes, day=day, target=target: changes.update({day: target}))
            parent = None if target is None else partners[target]
            act = lambda who=who, day=day, parent=parent: move(partners[who], parent, MARCH + day * DAY)
        if allowed:
            act()
        else:
            with pytest.raises(Circle), transaction.atomic():
                act()

    for day in range(14):
        rows = Ancestry.objects.filter(valid_during__contains=MARCH + day * DAY).values_list(
            "partner_id", "depth", "ancestor_id"
        )
        ours = sorted((number[p], depth, number[a]) for p, depth, a in rows)
        assert ours == sorted((p, depth, a) for p in range(5) for depth, a in enumerate(plan.above(p, day)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second_day", [MARCH, JUNE])
def test_two_moves_at_once_that_together_make_a_circle_one_is_refused(second_day):
    for round_number in range(8):
        a, b = make_partner(f"a{round_number}"), make_partner(f"b{round_number}")

        results = at_once(lambda a=a, b=b: move(a, b, MARCH), lambda a=a, b=b: move(b, a, second_day))

        assert sorted(type(result).__name__ for result in results) == ["Circle", "TreeMove"]
        assert Placement.objects.filter(partner__in=[a, b]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_moves_at_once_leave_the_ancestry_that_their_placements_give():
    partners = [make_partner(f"p{number}") for number in range(6)]
    calls = [lambda n=n: move(partners[n], partners[(n + 1) % 6], MARCH) for n in range(6)]

    results = at_once(*calls)

    assert [type(r).__name__ for r in results].count("Circle") == 1
    assert Placement.objects.count() == 5
    root = Partner.objects.get(placements__isnull=True)
    assert len(tree.below_on(root, JUNE)) == 6

"""Whom new prices are announced to, how early, who agrees, and what happens when somebody does not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from channelhub.core.models import Notification, OutboxEvent, Task
from pricing.errors import ConsentDecided, ConsentMissing, NotEntitledToConsent, NoticeTooShort, NotTold
from pricing.models import RevisionNotice
from pricing.selectors import price_revisions as selectors
from pricing.services import price_revisions, revision_announcing, revision_letters, revision_publishing
from pricing.services.revision_announcing import Deciding
from tests.factories.partners import (
    ALWAYS,
    make_dealer,
    make_partner,
    make_partner_type,
    make_product,
    make_product_line,
    make_staff,
    make_territory,
)
from tests.factories.prices import DAY, NOON, assign, authorise, make_formula, make_list
from tests.factories.revisions import APRIL, LATER, announced, approved, contract, draft
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed():
    return make_list("L", (make_product("A"), 10))


def partner(code, listed=None, **fields):
    made = make_partner(code, **fields)
    authorise(made)
    if listed is not None:
        assign(listed, "partner", made)
    return made


def codes(revision):
    return [one.code for one in selectors.concerned(revision, today=DAY)]


# Whom it concerns


def test_it_concerns_those_who_are_asked_the_list_or_one_computed_from_it(listed):
    home = make_territory("T1")
    place = make_territory("T2", parent=home)
    kind = make_partner_type("shop")
    head = partner("head")
    for code, more in {"under": {"parent": head}, "typed": {"types": [kind]}, "there": {"home": place}}.items():
        partner(code, **more)
    partner("elsewhere", make_list("other"))
    partner("formula", make_formula(listed, "0.9"))
    partner("gone", make_formula(listed, "0.8", valid_from=date(2026, 5, 1)))
    assign(listed, "subtree", head)
    assign(listed, "type", kind)
    assign(listed, "territory", home)

    assert codes(draft(listed)) == ["formula", "head", "there", "typed", "under"]


def test_an_assignment_that_ends_before_the_day_concerns_nobody(listed):
    acme = partner("acme", listed)
    made = draft(listed)
    assert codes(made) == ["acme"]

    assign(None, "partner", acme, valid_from=APRIL)

    assert codes(made) == []


def test_who_may_not_sell_what_changes_is_not_told(listed):
    line = make_product_line("other")
    acme = make_partner("acme")
    acme.authorisations.create(product_line=line, line_path=line.path, valid_during=ALWAYS)
    assign(listed, "partner", acme)

    assert codes(draft(listed)) == []


# Notice


def test_it_is_announced_once_to_each_with_a_notification_an_event_and_letters(listed):
    acme = partner("acme", listed)
    contract(acme, notice_days=16)
    for language in ("en", "zh-hans", "zh-hant"):
        make_dealer(f"{language}@acme.example", partner=acme, language=language)
    made = approved(listed)

    [notice] = revision_announcing.announce(revision=made, at=NOON)
    assert revision_announcing.announce(revision=made, at=NOON) == []

    assert (notice.notice_days, notice.earliest_on, notice.consent) == (16, APRIL, "not_needed")
    assert Notification.objects.get(partner_id=acme.pk).code == "pricing.prices_announced"
    event = OutboxEvent.objects.get(name="pricing.revision.announced")
    assert event.data == {
        "revision_id": made.pk,
        "notice_id": notice.pk,
        "partner_id": acme.pk,
        "effective_on": "2026-04-01",
    }
    assert revision_letters.announced(notice_id=notice.pk) == 3
    assert all("Spring" in letter.subject for letter in mail.outbox)
    assert len({letter.subject for letter in mail.outbox}) >= 1


def test_too_early_for_a_contract_is_refused_with_the_names_and_the_first_day(listed):
    contract(partner("acme", listed), notice_days=17)
    contract(partner("ben", listed), notice_days=5)
    made = approved(listed)

    with pytest.raises(NoticeTooShort) as refusal:
        revision_announcing.announce(revision=made, at=NOON)

    assert str(refusal.value) == ("Too early for acme; 2026-04-02 is the first day that keeps every contract's notice.")
    assert (RevisionNotice.objects.count(), Notification.objects.count()) == (0, 0)
    price_revisions.reschedule(revision=made, effective_on=date(2026, 4, 2), at=NOON)
    assert len(revision_announcing.announce(revision=made, at=NOON)) == 2


def test_the_strictest_of_several_contracts_counts(listed):
    acme = partner("acme", listed)
    contract(acme, notice_days=5, consent=True)
    contract(acme, notice_days=10)

    [one] = selectors.concerned(draft(listed), today=DAY)

    assert (one.notice_days, one.price_consent) == (10, True)


def test_who_came_after_the_announcement_is_told_before_it_is_published(listed):
    made = announced(listed)
    partner("late", listed)

    with pytest.raises(NotTold):
        revision_publishing.publish(revision=made, at=LATER)
    revision_announcing.announce(revision=made, at=LATER)

    assert revision_publishing.publish(revision=made, at=LATER) == 1


# Consent


@pytest.fixture
def asked(listed):
    """A notice that waits for Acme's consent."""
    contract(partner("acme", listed), notice_days=10, consent=True)
    return announced(listed).notices.select_related("partner").get()


def anna(notice, may=True):
    return Deciding(make_dealer("anna@acme.example", partner=notice.partner, name="Anna"), may_agree=may)


def test_without_consent_it_is_not_published_and_with_it_it_is(asked):
    made = asked.revision
    with pytest.raises(ConsentMissing) as refusal:
        revision_publishing.publish(revision=made, at=LATER)
    assert str(refusal.value) == "The consent of acme is missing."
    task = Task.objects.get(partner_id=asked.partner_id)
    assert (task.due_on, task.closed_at) == (date(2026, 3, 31), None)

    given = revision_announcing.answer(notice=asked, who=anna(asked), agrees=True, at=LATER)

    assert (given.consent, given.person, given.decided_at) == ("given", "Anna", LATER)
    assert Task.objects.filter(closed_at=None).count() == 0
    assert revision_publishing.publish(revision=made, at=LATER) == 1


def test_who_declines_is_a_task_for_the_manager_until_it_is_settled(asked):
    revision_announcing.answer(notice=asked, who=anna(asked), agrees=False, at=LATER, comment="Too dear")
    task = Task.objects.get(closed_at=None)
    assert (task.role, task.about_partner_id, task.text) == (
        "channel_manager",
        asked.partner_id,
        "acme does not agree to Spring: Too dear",
    )
    with pytest.raises(ConsentMissing):
        revision_publishing.publish(revision=asked.revision, at=LATER)

    revision_announcing.settle(notice=asked, by=make_staff(), comment="Keeps the old list", at=LATER)

    assert revision_publishing.publish(revision=asked.revision, at=LATER) == 1
    assert Task.objects.filter(closed_at=None).count() == 0


def test_only_who_may_answers_and_only_what_waits(asked):
    for who in (anna(asked, may=False), Deciding(make_dealer(partner=make_partner()), may_agree=True)):
        with pytest.raises(NotEntitledToConsent):
            revision_announcing.answer(notice=asked, who=who, agrees=True, at=LATER)
    revision_publishing.withdraw(revision=asked.revision, by=None, reason="x", at=LATER)

    with pytest.raises(ConsentDecided):
        revision_announcing.answer(
            notice=asked, who=Deciding(asked.partner.memberships.first().user, may_agree=True), agrees=True, at=LATER
        )


def test_another_day_asks_again(asked):
    revision_announcing.answer(notice=asked, who=anna(asked), agrees=True, at=LATER)

    made = price_revisions.reschedule(revision=asked.revision, effective_on=APRIL + timedelta(days=9), at=LATER)
    [again] = revision_announcing.announce(revision=made, at=LATER)

    assert (made.status, again.consent) == ("approved", "pending")


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(asked):
    who = anna(asked)

    results = at_once(
        *[
            lambda agrees=agrees: revision_announcing.answer(notice=asked, who=who, agrees=agrees, at=LATER)
            for agrees in (True, False)
        ]
    )

    assert sorted(type(result).__name__ for result in results) == ["ConsentDecided", "RevisionNotice"]


def test_prices_that_were_taken_back_send_no_letter(asked):
    make_dealer(partner=asked.partner)
    revision_publishing.withdraw(revision=asked.revision, by=None, reason="x", at=LATER)

    assert revision_letters.announced(notice_id=asked.pk) == 0
    assert Task.objects.filter(closed_at=None).count() == 0


def test_the_change_of_a_draft_is_told_in_shares(listed):
    made = draft(listed)

    figures = selectors.summary(made)

    assert (figures.prices, figures.up, figures.most_up) == (1, 1, Decimal("0.03"))

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from channelhub.lib.money import Rounding
from pricing.enums import ProgrammeStatus
from pricing.errors import NotAMember, NoTermsYet, PeriodStartsElsewhere, TermsMeanNothing
from pricing.models import (
    ExchangeRate,
    ManualAmount,
    ProgrammeMember,
    ProgrammeVersion,
    RebateBand,
    RebateMeasure,
    RebateProgramme,
)
from pricing.selectors import rebates
from pricing.services import members, programmes, rates, rollup
from tests.factories.rebates import AT, make_programme, make_terms, publish
from tests.pricing.histories import noon

JAN, FEB, APR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)


def test_a_programme_starts_on_the_first_day_of_a_period(db):
    with pytest.raises(PeriodStartsElsewhere) as refusal:
        programmes.create_programme(code="q", name="q", currency="CNY", period="quarter", starts_on=FEB)

    assert (refusal.value.code, refusal.value.http_status) == ("period_starts_elsewhere", 422)


@pytest.mark.parametrize("day", [FEB, date(2025, 10, 1), date(2026, 4, 2)])
def test_a_version_starts_on_the_first_day_of_a_period_of_the_programme(db, day):
    programme = make_programme()

    with pytest.raises(PeriodStartsElsewhere):
        publish(programme, valid_from=day)


@pytest.mark.parametrize("wrong", [{"terms": make_terms(currency="USD")}, {"kinds": ()}])
def test_terms_that_cannot_be_computed_are_refused(db, wrong):
    programme = make_programme()

    with pytest.raises(TermsMeanNothing):
        publish(programme, **wrong)


def test_plain_values_become_terms_or_a_refusal(db):
    programme = make_programme()
    plain = {"programme": programme, "method": "retrospective", "qualifier": "amount", "pays": "percent"}

    terms = programmes.terms(**plain, bands=[(Decimal(0), Decimal("0.1"))], rounding=Rounding("down"))

    assert (terms.currency, terms.rounding.mode) == ("CNY", "down")
    with pytest.raises(TermsMeanNothing):
        programmes.terms(**plain, bands=[(Decimal(5), Decimal(1)), (Decimal(5), Decimal(2))])


def test_a_version_for_the_same_day_supersedes_the_one_before(db):
    programme = make_programme()
    first = programme.versions.get()

    second = publish(programme, terms=make_terms((0, "0.02")), at=noon(FEB))

    first.refresh_from_db()
    assert (first.known_until, second.known_until) == (noon(FEB), None)


def test_a_version_comes_back_as_the_terms_it_was_made_from(db):
    terms = make_terms((0, "0.01"), (50, "0.02"), cap=Decimal(9), floor=Decimal(1), rounding=Rounding("up", Decimal(5)))
    make_programme(terms=terms)
    version = ProgrammeVersion.objects.get()

    assert rebates.terms_of(version, version.bands.all(), "CNY") == terms


def test_a_draft_accrues_nothing_until_it_is_activated(acme):
    programme = programmes.create_programme(code="q", name="q", currency="CNY", period="quarter", starts_on=JAN)
    with pytest.raises(NoTermsYet):
        programmes.activate(programme=programme)
    publish(programme)
    members.add_members(programme=programme, partner_ids=[acme.pk])

    assert rollup.roll_up(business_day=FEB)["versions"] == 0

    programmes.activate(programme=programme)

    assert rollup.roll_up(business_day=FEB)["versions"] == 1


def test_a_programme_ends_on_the_first_day_of_a_period(db):
    programme = make_programme()

    version = programmes.end_programme(programme=programme, valid_from=APR, at=AT)

    programme.refresh_from_db()
    assert (programme.status, version.ends) == (ProgrammeStatus.ENDED, True)
    assert rollup.roll_up(business_day=date(2026, 8, 1))["openings"] == 1


def test_a_programme_without_terms_cannot_end(db):
    programme = programmes.create_programme(code="q", name="q", currency="CNY", period="quarter", starts_on=JAN)

    with pytest.raises(NoTermsYet):
        programmes.end_programme(programme=programme, valid_from=APR, at=AT)


def test_a_partner_becomes_a_member_once(acme, other_partner):
    programme = make_programme(earners=[acme])

    assert members.add_members(programme=programme, partner_ids=[acme.pk, other_partner.pk]) == 1
    assert programme.members.count() == 2


def test_a_manual_amount_is_for_members_and_for_a_period(acme, other_partner):
    programme = make_programme(earners=[acme])
    given = {"programme": programme, "month": JAN, "amount": Decimal(5), "reason": "goodwill"}

    with pytest.raises(NotAMember):
        members.record_manual_amount(**given, partner=other_partner, period_on=JAN)
    with pytest.raises(PeriodStartsElsewhere):
        members.record_manual_amount(**given, partner=acme, period_on=FEB)


def test_a_corrected_rate_is_a_new_row_and_the_same_rate_none(db):
    pair = {"currency": "USD", "to_currency": "CNY", "month": date(2026, 1, 17)}

    first = rates.set_rate(**pair, rate=Decimal(7), at=noon(JAN))
    same = rates.set_rate(**pair, rate=Decimal(7), at=noon(FEB))
    other = rates.set_rate(**pair, rate=Decimal(8), at=noon(FEB))

    first.refresh_from_db()
    assert (first.pk == same.pk, first.month, first.known_until, other.known_until) == (True, JAN, noon(FEB), None)


def test_recorded_rows_are_never_edited_and_taken_once(acme):
    programme = make_programme(earners=[acme])
    rates.set_rate(currency="USD", to_currency="CNY", month=JAN, rate=Decimal(7), at=AT)
    members.record_manual_amount(
        programme=programme, partner=acme, period_on=JAN, month=JAN, amount=Decimal(5), reason="goodwill"
    )
    rollup.roll_up(business_day=FEB)
    changes = [
        lambda: ProgrammeVersion.objects.update(scope="subtree"),
        lambda: ProgrammeVersion.objects.update(known_in=FEB),
        lambda: ProgrammeMember.objects.update(known_in=None),
        lambda: ExchangeRate.objects.update(rate=9),
        lambda: ManualAmount.objects.update(amount=9),
        lambda: RebateBand.objects.update(rate=9),
        RebateBand.objects.all().delete,
        RebateProgramme.objects.all().delete,
    ]

    for change in changes:
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            change()


VERSION = {"valid_from": JAN, "method": "retrospective", "qualifier": "amount", "pays": "percent", "kinds": [1]}


def a_version(programme, **wrong):
    return lambda: ProgrammeVersion.objects.create(programme=programme, **{**VERSION, **wrong})


def a_rate(**wrong):
    right = {"currency": "USD", "to_currency": "CNY", "month": JAN, "rate": Decimal(7)}
    return lambda: ExchangeRate.objects.create(**{**right, **wrong})


def a_programme(**wrong):
    right = {"code": "q", "name": "q", "currency": "CNY", "period": "quarter", "starts_on": JAN}
    return lambda: RebateProgramme.objects.create(**{**right, **wrong})


def refused(change):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        change()
    return refusal.value.__cause__.diag.constraint_name


def test_what_a_programme_must_be_is_kept_by_the_database(acme):
    programme = make_programme(earners=[acme])
    version = programme.versions.get()
    manual = {"programme": programme, "partner": acme, "period_on": JAN, "month": JAN}
    measure = {
        "programme_version": version, "earner": acme, "period_on": JAN, "currency": "CNY", "rate_month": JAN,
        "known_in": JAN, "amount": 1, "quantity": 1, "lines": 1,
    }  # fmt: skip

    assert [
        refused(change)
        for change in (
            a_programme(period="decade"),
            a_programme(status="asleep"),
            a_version(programme),
            a_version(programme, valid_from=APR, method="sometimes"),
            a_version(programme, valid_from=APR, scope="galaxy"),
            a_version(programme, valid_from=APR, rounding="sideways"),
            a_version(programme, valid_from=APR, cap=1, floor=2),
            lambda: RebateBand.objects.create(programme_version=version, starts_at=0, rate=1),
            lambda: RebateBand.objects.create(programme_version=version, starts_at=-1, rate=1),
            lambda: ProgrammeMember.objects.create(programme=programme, partner=acme),
            lambda: ManualAmount.objects.create(**manual, amount=1, reason=""),
            lambda: ManualAmount.objects.create(**manual, amount=0, reason="none"),
            lambda: RebateMeasure.objects.create(**measure, cause=7),
            a_rate(rate=0),
            a_rate(to_currency="USD"),
            a_rate(month=date(2026, 1, 2)),
        )
    ] == [
        "pricing_programme_period_known",
        "pricing_programme_status_known",
        "pricing_one_programme_version_known_per_day",
        "pricing_programme_version_formula_known",
        "pricing_programme_version_scope_known",
        "pricing_programme_version_rounding_known",
        "pricing_programme_version_cap_not_below_floor",
        "pricing_bands_of_a_version_start_apart",
        "pricing_band_starts_at_zero_or_above",
        "pricing_partner_is_member_once_per_programme",
        "pricing_manual_amount_has_a_reason",
        "pricing_manual_amount_is_not_nothing",
        "pricing_measure_has_a_cause_of_lines",
        "pricing_exchange_rate_positive",
        "pricing_exchange_rate_between_two_currencies",
        "pricing_exchange_rate_month_is_a_first_day",
    ]

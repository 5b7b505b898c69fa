"""Exclusive authorisations never overlap, on whichever tree, however many ask at once."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from channelhub.lib.periods import DateRange, date_range
from partners.errors import EndsOutsidePeriod, ExclusiveOverlap
from partners.models import Authorisation
from partners.services.authorisations import Limits, end_authorisation, grant_authorisation, overlaps
from tests.factories.partners import (
    make_partner,
    make_product_line,
    make_sales_channel,
    make_territory,
)
from tests.factories.threads import at_once

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
YEAR = date_range(date(2026, 1, 1), date(2026, 12, 31))
NEXT_YEAR = date_range(date(2027, 1, 1), date(2027, 12, 31))


def grant(partner, *, valid_during=YEAR, exclusive=True, **limits):
    return grant_authorisation(
        partner=partner,
        limits=Limits(**limits),
        valid_during=valid_during,
        exclusive=exclusive,
        at=NOON,
    )


@pytest.fixture
def world(db):
    china = make_territory("CN", name="中国")
    zhejiang = make_territory("CN-ZJ", parent=china, name="浙江")
    hangzhou = make_territory("HZ", parent=zhejiang, name="杭州")
    jiangsu = make_territory("CN-JS", parent=china, name="江苏")
    return {"china": china, "zhejiang": zhejiang, "hangzhou": hangzhou, "jiangsu": jiangsu}


def test_the_refusal_names_the_rival(world, acme, other_partner):
    line = make_product_line("phones", name="手机")
    rival = grant(acme, territory=world["zhejiang"], product_line=line)

    with pytest.raises(ExclusiveOverlap) as refusal:
        grant(other_partner, territory=world["hangzhou"], product_line=line)

    assert (refusal.value.code, refusal.value.rivals, str(refusal.value)) == (
        "exclusive_overlap",
        [rival.pk],
        "This overlaps the exclusive authorisation of Acme (CN-ZJ 浙江, phones 手机) from 2026-01-01 on.",
    )


@pytest.mark.parametrize(
    ("first", "second"), [("zhejiang", "hangzhou"), ("hangzhou", "zhejiang"), ("china", "jiangsu")]
)
def test_a_province_and_its_city_overlap_both_ways(world, first, second, acme, other_partner):
    grant(acme, territory=world[first])

    with pytest.raises(ExclusiveOverlap):
        grant(other_partner, territory=world[second])


def test_not_limited_overlaps_everything(world, acme, other_partner):
    grant(acme, territory=world["hangzhou"], product_line=make_product_line(), sales_channel=make_sales_channel())

    with pytest.raises(ExclusiveOverlap):
        grant(other_partner)


def test_neighbours_other_lines_channels_and_years_stand_beside_one_another(world, acme, other_partner):
    online, offline = make_sales_channel("online"), make_sales_channel("offline")
    phones, laptops = make_product_line("phones"), make_product_line("laptops")
    grant(acme, territory=world["zhejiang"], product_line=phones, sales_channel=online)

    grant(other_partner, territory=world["jiangsu"], product_line=phones, sales_channel=online)
    grant(other_partner, territory=world["zhejiang"], product_line=laptops, sales_channel=online)
    grant(other_partner, territory=world["zhejiang"], product_line=phones, sales_channel=offline)
    grant(other_partner, territory=world["zhejiang"], product_line=phones, sales_channel=online, valid_during=NEXT_YEAR)
    grant(other_partner, exclusive=False)

    assert Authorisation.objects.count() == 6


def test_the_other_side_is_seen_before_saving(world, acme, other_partner):
    mine = grant(acme, territory=world["zhejiang"])
    theirs = grant(other_partner, territory=world["hangzhou"], exclusive=False)
    limits = Limits(territory=world["hangzhou"])

    assert list(overlaps(limits=limits, valid_during=YEAR)) == [mine, theirs]
    assert list(overlaps(limits=limits, valid_during=YEAR, exclusive=True)) == [mine]
    assert list(overlaps(limits=limits, valid_during=YEAR, apart_from=acme)) == [theirs]
    assert list(overlaps(limits=limits, valid_during=NEXT_YEAR)) == []


def test_an_ended_authorisation_makes_room_from_the_day_after(world, acme, other_partner):
    authorisation = grant(acme, territory=world["zhejiang"])

    end_authorisation(authorisation=authorisation, last=date(2026, 6, 30), at=NOON)
    grant(other_partner, territory=world["hangzhou"], valid_during=DateRange(date(2026, 7, 1), None))

    authorisation.refresh_from_db()
    assert authorisation.valid_during == DateRange(date(2026, 1, 1), date(2026, 7, 1))
    assert authorisation.version == 2


@pytest.mark.parametrize("last", [date(2025, 12, 31), date(2027, 1, 1)])
def test_an_authorisation_ends_inside_its_period_only(world, acme, last):
    authorisation = grant(acme)

    with pytest.raises(EndsOutsidePeriod):
        end_authorisation(authorisation=authorisation, last=last, at=NOON)


def test_a_form_is_told_by_full_clean(world, acme, other_partner):
    grant(acme, territory=world["zhejiang"])
    row = Authorisation(
        partner=other_partner,
        territory=world["hangzhou"],
        territory_path=world["hangzhou"].path,
        valid_during=YEAR,
        exclusive=True,
    )

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert refusal.value.messages == ["An exclusive authorisation of another partner overlaps this one."]


@pytest.mark.parametrize("reference", ["territory", "product_line", "sales_channel"])
def test_a_limit_always_has_its_path(reference, acme):
    node = {"territory": make_territory, "product_line": make_product_line, "sales_channel": make_sales_channel}
    with (
        pytest.raises(IntegrityError, match=f"partners_authorisation_{reference}_has_its_path"),
        transaction.atomic(),
    ):
        Authorisation.objects.create(partner=acme, **{reference: node[reference]()}, valid_during=YEAR)


@pytest.mark.django_db(transaction=True)
def test_province_against_city_in_the_same_instant_fifty_times_one_wins():
    zhejiang = make_territory("CN-ZJ")
    hangzhou = make_territory("HZ", parent=zhejiang)
    one, two = make_partner("one"), make_partner("two")

    for year in range(2001, 2051):
        period = date_range(date(year, 1, 1), date(year, 12, 31))
        results = at_once(
            lambda period=period: grant(one, territory=zhejiang, valid_during=period),
            lambda period=period: grant(two, territory=hangzhou, valid_during=period),
        )

        assert sorted(type(result).__name__ for result in results) == ["Authorisation", "ExclusiveOverlap"]

    assert Authorisation.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_of_twenty_rivals_some_not_limited_by_line_one_wins_and_all_others_are_told_its_name():
    zhejiang = make_territory("CN-ZJ")
    hangzhou = make_territory("HZ", parent=zhejiang)
    line = make_product_line("phones")
    sub_line = make_product_line("smartphones", parent=line)
    partners = [make_partner(f"rival{number}") for number in range(20)]
    calls = [
        lambda partner=partner, place=(zhejiang, hangzhou)[n % 2], line=(None, line, sub_line)[n % 3]: grant(
            partner, territory=place, product_line=line
        )
        for n, partner in enumerate(partners)
    ]

    results = at_once(*calls)

    winners = [result for result in results if isinstance(result, Authorisation)]
    refusals = [result for result in results if isinstance(result, ExclusiveOverlap)]
    assert (len(winners), len(refusals)) == (1, 19)
    assert {tuple(refusal.rivals) for refusal in refusals} == {(winners[0].pk,)}


@pytest.mark.django_db(transaction=True)
def test_a_rival_that_bypassed_the_lock_is_named_as_well(acme, other_partner):
    with transaction.atomic():
        Authorisation.objects.create(partner=acme, valid_during=YEAR, exclusive=True)

    with pytest.raises(ExclusiveOverlap):
        grant(other_partner)

import pytest
from django.db import connection, transaction
from django.utils import timezone

from channelhub.core.enums.duplicates import DuplicateDecision
from channelhub.core.errors import PairDecided
from channelhub.core.models import DuplicateCommon, DuplicateDue, DuplicateEntry, DuplicateUse, SuspectedPair
from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.services.duplicates import entries, finding, pairs
from channelhub.core.services.duplicates.sources import scale_of, source_of
from channelhub.lib import sql
from partners.models import Partner
from partners.services import details
from partners.services.duplicates import ENTRY
from tests.factories.partners import make_partner
from tests.factories.threads import at_once

KIND = "partners.partner"


def found(*names, **facts):
    return [match.record_id for match in finding.find(KIND, Facts(names, **facts), use=ENTRY)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "上海华东电器有限公司",
        "上海華東電器股份有限公司",
        "华东电器",
        "Shanghai Huadong Dianqi Co Ltd",
        "ｅａｓｔ ｃｈｉｎａ ａｐｐｌｉａｎｃｅｓ",
        "East China Aplliances Limited",
    ],
)
def test_a_partner_is_found_under_another_spelling(name):
    partner = make_partner("HD", name="上海华东电器有限公司", name_en="East China Appliances Ltd")
    make_partner("XN", name="西南科技有限公司", name_en="Southwest Tech")

    assert found(name) == [partner.pk]


@pytest.mark.django_db
def test_a_partner_is_found_by_its_telephone_and_place():
    partner = make_partner("HD", name="Harbour", phone="+86 21 5550 0100", address="1 Main Road")

    assert found("Harbour Shanghai Branch", phones=("021-5550-0100",), address="1 Main Rd") == [partner.pk]


@pytest.mark.django_db
def test_a_change_is_found_at_once_and_the_old_name_no_more():
    partner = make_partner("HD", name="Harbour Summit")
    found("Harbour Summit")

    details.change_details(partner=partner, name="Delta River")

    assert (found("Harbour Summit"), found("Delta River")) == ([], [partner.pk])


@pytest.mark.django_db
def test_a_bulk_load_waits_in_rows_and_is_written_in_the_background():
    rows = [[f"P{number}", f"Company {number}", "", "", "", "", "", ""] for number in range(3)]
    columns = ["code", "name", "name_en", "sort_key", "country", "address", "phone", "suspended_reason"]
    sql.copy_rows("partners_partner", columns, rows)

    written = entries.write_due()

    assert written == 3
    assert DuplicateEntry.objects.filter(kind=KIND).count() == Partner.objects.count()
    assert DuplicateDue.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_entries_are_written_anew_as_they_were():
    make_partner("HD", name="上海华东电器有限公司", phone="5550 0100")
    make_partner("XN", name="Harbour Summit", address="1 Main Road")
    entries.write_due()
    before = list(DuplicateEntry.objects.order_by("record_id").values_list("record_id", "shapes", "keys"))

    assert entries.rebuild(source_of(KIND)) == 2

    assert list(DuplicateEntry.objects.order_by("record_id").values_list("record_id", "shapes", "keys")) == before
    assert "core_duplicates_by_keys" in connection.introspection.get_constraints(
        connection.cursor(), "core_duplicateentry"
    )


@pytest.mark.django_db
def test_a_key_that_many_share_is_used_together_with_another(monkeypatch):
    monkeypatch.setattr(finding, "ALONE", 1)
    monkeypatch.setattr(finding, "UNCOUNTED", 0)
    monkeypatch.setattr(entries, "COMMON", 2)
    partner = make_partner("A", name="Harbour Summit Trading")
    make_partner("B", name="Harbour Orient Trading")
    make_partner("C", name="Delta Summit Trading")
    entries.write_due()
    sql.run("ANALYZE core_duplicateentry")
    entries.count_common()

    assert DuplicateCommon.objects.count() > 0
    assert found("Harbour Summit")[0] == partner.pk


@pytest.mark.django_db
def test_pairs_are_queued_once_with_their_evidence_and_leave_when_they_are_cleared():
    first = make_partner("A", name="Harbour Summit Ltd", phone="5550 0100")
    second = make_partner("B", name="Harbuor Summit", phone="5550 0100")
    entries.write_due()

    pairs.compare_due(at=timezone.now())
    pairs.compare_due(at=timezone.now())

    [pair] = SuspectedPair.objects.all()
    assert (pair.left_id, pair.right_id) == (first.pk, second.pk)
    assert [step["code"] for step in pair.steps] == ["name_alike", "phone_same"]
    details.change_details(partner=second, name="Delta River", phone="5550 9999")
    entries.write_due()
    pairs.compare_due(at=timezone.now())
    assert list(SuspectedPair.objects.all()) == []


@pytest.mark.django_db
def test_a_pair_that_was_decided_is_not_asked_about_again(staff):
    make_partner("A", name="Harbour Summit Ltd")
    second = make_partner("B", name="Harbour Summit")
    entries.write_due()
    pairs.compare_due(at=timezone.now())
    pair = SuspectedPair.objects.get()

    pairs.decide(pair=pair, decision=DuplicateDecision.DIFFERENT, by=staff, at=timezone.now())
    details.change_details(partner=second, name="Harbour Summit Limited")
    entries.write_due()
    pairs.compare_due(at=timezone.now())

    assert [row.decision for row in SuspectedPair.objects.all()] == [DuplicateDecision.DIFFERENT]


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_one_pair_at_once_are_told(staff):
    pair = SuspectedPair.objects.create(kind=KIND, left_id=1, right_id=2, score=60, found_at=timezone.now())

    answers = at_once(
        *(
            lambda decision=decision: pairs.decide(pair=pair, decision=decision, by=staff, at=timezone.now())
            for decision in DuplicateDecision
        )
    )

    assert sorted(type(answer) is PairDecided for answer in answers) == [False, True]


@pytest.mark.django_db
def test_how_strict_a_use_is_stands_in_its_row():
    partner = make_partner("A", name="Harbour Summit Ltd")
    DuplicateUse.objects.update_or_create(
        code=ENTRY, defaults={"suspected_from": 90, "same_from": 95, "points": {"phone_same": 40}}
    )

    assert found("Harbour Summit") == []
    assert scale_of(ENTRY).points["phone_same"] == 40
    assert found("Harbour Summit", phones=()) == []
    assert partner.pk


@pytest.mark.django_db(transaction=True)
def test_several_workers_write_each_other_rows():
    for number in range(20):
        make_partner(f"P{number}", name=f"Company {number}")
    DuplicateEntry.objects.all().delete()
    sql.run("INSERT INTO core_duplicatedue (kind, record_id) SELECT %s, id FROM partners_partner", [KIND])

    at_once(*(lambda: entries.write_due(limit=5) for _ in range(4)))
    while entries.write_due():
        pass

    with transaction.atomic():
        assert DuplicateEntry.objects.count() == 20

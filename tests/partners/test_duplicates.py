import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.core.models import SuspectedPair
from channelhub.core.services.duplicates import entries, pairs
from partners.errors import AlreadyMerged, CircularMerge, MayBeDuplicate, NotMerged
from partners.models import Partner
from partners.services import duplicates, entry, records
from tests.factories.partners import make_partner
from tests.factories.threads import at_once

USCC = "91110000600037341L"


def enter(code, name, **more):
    return entry.enter_partner(code=code, name=name, by=None, at=timezone.now(), **more)


def merge(partner, into, staff):
    return duplicates.merge(partner=partner, into=into, by=staff, at=timezone.now())


@pytest.mark.django_db
def test_a_company_that_is_entered_again_under_another_spelling_is_refused_with_evidence():
    known = make_partner("HD", name="上海华东电器有限公司", phone="021-5550 0100")

    with pytest.raises(MayBeDuplicate) as refusal:
        enter("HD2", "上海華東電器股份有限公司", phone="+86 21 55500100")

    [match] = refusal.value.matches
    assert (match.record_id, match.same) == (known.pk, True)
    assert [step.code for step in match.verdict.steps] == ["name_core_same", "phone_same"]
    assert Partner.objects.count() == 1


@pytest.mark.django_db
def test_a_company_is_recognised_by_its_number_alone():
    known = make_partner("HD", name="上海华东电器有限公司", country="CN")
    records.write_number(partner=known, number=USCC)

    with pytest.raises(MayBeDuplicate) as refusal:
        enter("X", "Zenith Holding", country="CN", number=USCC, scheme="cn.uscc")

    assert [match.record_id for match in refusal.value.matches] == [known.pk]


@pytest.mark.django_db
def test_what_a_person_says_is_another_company_is_entered_and_not_asked_about_again():
    known = make_partner("HD", name="Harbour Summit Ltd")

    made = enter("HS", "Harbour Summit GmbH", apart_from=[known.pk])
    entries.write_due()
    pairs.compare_due(at=timezone.now())

    assert [(pair.left_id, pair.right_id, pair.decision) for pair in SuspectedPair.objects.all()] == [
        (known.pk, made.pk, "different")
    ]


@pytest.mark.django_db
def test_a_merge_points_at_the_record_that_counts_and_can_be_undone(staff):
    one, other = make_partner("A", name="Harbour Summit Ltd"), make_partner("B", name="Harbour Summit")

    merge(other, one, staff)

    other.refresh_from_db()
    assert other.merged_into == one
    assert [match.record_id for match in duplicates.like(name="Harbour Summit")] == [one.pk]
    assert SuspectedPair.objects.get().decision == "same"
    duplicates.unmerge(partner=other, at=timezone.now())
    other.refresh_from_db()
    assert other.merged_into is None
    assert SuspectedPair.objects.get().decision == ""
    assert {match.record_id for match in duplicates.like(name="Harbour Summit")} == {one.pk, other.pk}


@pytest.mark.django_db
def test_a_merge_into_itself_by_way_of_others_is_refused(staff):
    one, two, three = (make_partner(code) for code in "ABC")
    merge(one, two, staff)
    merge(two, three, staff)

    with pytest.raises(CircularMerge):
        merge(three, one, staff)
    with pytest.raises(CircularMerge):
        merge(three, three, staff)
    with pytest.raises(AlreadyMerged):
        merge(one, three, staff)
    with pytest.raises(NotMerged):
        duplicates.unmerge(partner=three, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_that_would_make_a_circle_one_wins(staff):
    one, other = make_partner("A"), make_partner("B")

    answers = at_once(lambda: merge(one, other, staff), lambda: merge(other, one, staff))

    assert sorted(type(answer).__name__ for answer in answers) == ["CircularMerge", "Partner"]


@pytest.mark.django_db
def test_the_form_of_a_new_partner_shows_the_evidence_and_asks(client, staff):
    known = make_partner("HD", name="Harbour Summit Ltd")
    client.force_login(staff)
    address, data = reverse("admin:partners_partner_add"), {"code": "HS", "name": "Harbour Summit GmbH", "country": ""}

    shown = client.post(address, data)

    assert shown.status_code == 200
    assert "the same name but for the legal form or spelling" in shown.content.decode()
    assert Partner.objects.count() == 1
    saved = client.post(address, {**data, "another": "on"})
    assert saved.status_code == 302
    assert Partner.objects.exclude(pk=known.pk).get().code == "HS"


@pytest.mark.django_db
def test_a_pair_of_the_queue_is_shown_side_by_side_merged_and_undone(client, staff):
    older, newer = make_partner("A", name="Harbour Summit Ltd"), make_partner("B", name="Harbour Summit")
    entries.write_due()
    pairs.compare_due(at=timezone.now())
    pair = SuspectedPair.objects.get()
    client.force_login(staff)

    listed = client.get(reverse("admin:core_suspectedpair_changelist"))
    page = client.get(reverse("admin:core_suspectedpair_change", args=[pair.pk]))

    assert str(older) in listed.content.decode()
    assert "the same name but for the legal form or spelling" in page.content.decode()
    keep = reverse("admin:core_suspectedpair_keep_older", args=[pair.pk])
    previewed = client.post(keep, {})
    assert client.post(keep, {"previewed": previewed.context["previewed"]}).status_code == 302
    newer.refresh_from_db()
    assert newer.merged_into == older
    assert client.post(reverse("admin:core_suspectedpair_undo", args=[pair.pk]), {}).status_code == 302
    newer.refresh_from_db()
    assert newer.merged_into is None

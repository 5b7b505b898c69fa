"""The manager's side: the board, the case's page with everything about the company, tracks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelhub.core.models import Comment
from channelhub.core.services.acting import of_session
from partners.models import OnboardingTrack
from partners.selectors import onboarding
from tests.conftest import logged_in
from tests.factories import onboarding as make
from tests.factories.onboarding import MONDAY
from tests.factories.partners import make_partner_type, make_staff, make_territory

pytestmark = pytest.mark.django_db
BOARD = "admin:partners_partnerapplication_board"


@pytest.fixture
def manager():
    return make_staff("boss@maker.example", is_superuser=True)


def test_the_board_shows_each_application_at_its_step_with_age_and_who_holds_it_up(manager):
    track = make.make_track()
    make.send(track, company="Northwind")
    checked = make.send(track, email="c@contoso.example", company="Contoso")
    make.hand_in_papers(checked)

    later = (MONDAY + timedelta(days=16)).date()
    columns = onboarding.board(onboarding.found(_acting(manager)), on=later)

    assert [(c.name_en, [card.application.company for card in c.cards], c.late) for c in columns] == [
        ("Business licence and papers", ["Northwind"], 1),
        ("Check of the application", ["Contoso"], 1),
    ]
    assert [card.working_days for card in columns[0].cards] == [12]
    page = logged_in(manager).get(reverse(BOARD)).content.decode()
    assert "the applicant" in page
    assert "Contoso" in page


def _acting(user):
    user.acting = of_session(user, {}, MONDAY)
    return user


def test_the_board_is_searched_and_filtered(manager):
    make.send(make.make_track(), company="Northwind")
    make.send(make.make_track("distributor"), email="c@contoso.example", company="Contoso")
    client = logged_in(manager)

    by_text = client.get(reverse(BOARD), {"q": "north"}).content.decode()
    by_type = client.get(reverse(BOARD), {"type": "distributor"}).content.decode()
    nothing = client.get(reverse(BOARD), {"q": "zzz"}).content.decode()

    assert ("Northwind" in by_text, "Contoso" in by_text) == (True, False)
    assert ("Northwind" in by_type, "Contoso" in by_type) == (False, True)
    assert "No running application fits these filters." in nothing


def test_an_empty_board_says_where_applications_come_from(manager):
    assert "Companies apply on the public page" in logged_in(manager).get(reverse(BOARD)).content.decode()


def test_the_board_asks_the_same_for_one_card_and_for_three(manager, django_assert_num_queries):
    track, client = make.make_track(), logged_in(manager)
    make.send(track)
    client.get(reverse(BOARD))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(BOARD))
    for number in range(2):
        make.send(track, email=f"n{number}@more.example")
    with django_assert_num_queries(len(one)):
        client.get(reverse(BOARD))


def test_a_manager_of_the_east_sees_the_applications_of_the_east(manager):
    east, west = make_territory("EAST"), make_territory("WEST")
    track = make.make_track()
    make.send(track, company="Eastern", territory=east)
    make.send(track, company="Western", territory=west, email="w@w.example")
    limited = make_staff("east@maker.example", role="channel_manager", territories=[east])

    page = logged_in(limited).get(reverse(BOARD)).content.decode()

    assert ("Eastern" in page, "Western" in page) == (True, False)


def test_the_cases_page_shows_the_application_its_papers_and_both_ways_back(manager):
    application = make.send(make.make_track(), credit=100_000)
    make.hand_in_papers(application)
    case = make.case_of(application)

    page = (
        logged_in(make.person("channel_manager"))
        .get(reverse("admin:core_workflowcase_change", args=[case.pk]))
        .content.decode()
    )

    for said in (
        "nora@northwind.example",
        "licence.pdf",
        "Send back to “Business licence and papers”",
        "Refuse for good",
        "Refuse the application",
        "the applicant",
    ):
        assert said in page
    there = logged_in(manager).get(reverse("admin:partners_partnerapplication_change", args=[application.pk]))
    assert there["Location"] == f"/admin/core/workflowcase/{case.pk}/change/"


def test_a_manager_sends_back_comments_and_refuses(manager):
    application = make.send(make.make_track())
    make.hand_in_papers(application)
    case, client = make.case_of(application), logged_in(make.person("channel_manager"))
    row = make.at_step(application, "check")

    client.post(
        reverse("admin:core_workflowcase_decide", args=[case.pk]),
        {"step": row.pk, "verdict": "refused", "comment": "The licence is cut off."},
    )
    client.post(reverse("admin:core_workflowcase_comment", args=[case.pk]), {"body": "Called them."})
    back = make.waiting(application)
    client.post(reverse("admin:partners_partnerapplication_refuse", args=[application.pk]), {"reason": "No answer."})
    application.refresh_from_db()

    assert back == ["papers"]
    assert Comment.objects.on_record(case).get().body == "Called them."
    assert application.state == "refused"


def test_a_track_is_made_from_another_and_opened_or_closed(manager):
    dealer, kind, client = make.make_track(), make_partner_type("shop"), logged_in(manager)

    answer = client.post(
        reverse("admin:partners_onboardingtrack_new"),
        {"kind": kind.pk, "name": "Shop", "name_en": "Shop", "copy_of": dealer.pk},
    )
    track = OnboardingTrack.objects.get(type=kind)
    client.post(reverse("admin:partners_onboardingtrack_switch", args=[track.pk]), {"x": "1"})
    track.refresh_from_db()

    assert answer["Location"] == f"/admin/core/workflowdefinition/{track.definition_id}/design/"
    assert not track.is_open
    page = client.get(reverse("admin:partners_onboardingtrack_changelist")).content.decode()
    assert "nothing yet" in page

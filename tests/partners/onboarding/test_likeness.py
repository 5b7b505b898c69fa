"""The same company applies again under another spelling: it is caught with evidence, until somebody says otherwise."""

import pytest
from django.urls import reverse

from channelhub.core.models import Comment
from partners.errors import MayBeDuplicate, NothingChanges
from partners.models import CompanyNumber, Partner
from partners.services.onboarding import likeness
from tests.conftest import logged_in
from tests.factories import onboarding as make
from tests.factories.onboarding import MONDAY
from tests.factories.partners import make_territory
from tests.partners.onboarding.test_public_pages import by_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    """Northwind is a partner already, entered by its own application."""
    application = make.send(make.make_track(), company="Northwind Trading Co., Ltd.")
    make.hand_in_papers(application)
    make.decide(application, "check", make.person("channel_manager"))
    application.refresh_from_db()
    return application.partner


@pytest.fixture
def again(known):
    application = make.send(
        make.make_track(), company="NORTHWIND TRADING LIMITED", email="n2@north.example", company_number=""
    )
    make.hand_in_papers(application)
    return application


def test_an_admitted_partner_keeps_its_company_number(known):
    assert CompanyNumber.objects.get(partner=known).number == make.WRITTEN["company_number"]


def test_the_same_company_under_another_spelling_is_not_entered_again(known, again):
    manager = make.person("channel_manager")
    with pytest.raises(MayBeDuplicate):
        make.decide(again, "check", manager)
    page = logged_in(manager).get(reverse("admin:core_workflowcase_change", args=[make.case_of(again).pk]))

    assert (Partner.objects.count(), make.waiting(again)) == (1, ["check"])
    assert [match.record_id for match in likeness.like(again)] == [known.pk]
    assert "May be a partner already" in page.content.decode()
    assert "the same telephone" in page.content.decode()


def test_somebody_says_that_it_is_another_company_and_it_is_entered(known, again):
    manager = make.person("channel_manager")
    logged_in(manager).post(reverse("admin:partners_partnerapplication_apart", args=[again.pk]))
    again.refresh_from_db()

    make.decide(again, "check", manager)

    assert (again.apart_from, Partner.objects.count()) == ([known.pk], 2)
    assert str(known) in Comment.objects.on_record(make.case_of(again)).get().body
    with pytest.raises(NothingChanges):
        likeness.set_apart(application=again, by=manager, at=MONDAY)


def test_a_number_that_is_none_is_refused_where_it_is_typed():
    application = make.begin(make.make_track(), company_number="")
    make_territory("CN", name="China")
    written = {**make.WRITTEN, "company": "Northwind", "contact_name": "Nora", "currency": "CNY", "do": "save"}

    answer = by_link(application).post(reverse("apply_mine"), {**written, "company_number": "123"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["company_number"] == [
        "This is no unified social credit code: check its 18 signs."
    ]

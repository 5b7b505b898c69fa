"""Contract, deposit and certification steps are settled by what does them, never by a word."""

from decimal import Decimal

import pytest

from channelhub.core.errors import StepNotFulfilled
from channelhub.core.models import CaseDecision
from channelhub.core.services import dispatch
from partners.models import DepositAccount, DepositRule, PartnerTier
from partners.services.tiers import set_tier
from tests.factories import certification, contracts, deposits
from tests.factories import onboarding as make
from tests.factories.onboarding import MONDAY

pytestmark = pytest.mark.django_db
FACTS = {"employees": 10, "years_in_business": 3, "warehouse_area": 500, "other_brands": "Contoso"}


@pytest.fixture
def distributor():
    """A distributor that was approved: its contract waits for its signature."""
    application = make.send(make.make_track("distributor"), credit=100_000)
    row = make.at_step(application, "details")
    make.steps.hand_in(application=application, case_step=row, facts=FACTS, at=MONDAY)
    make.hand_in_papers(application)
    make.decide(application, "due_diligence", make.person("channel_manager"))
    make.decide(application, "approve", make.person("channel_manager"), "approved")
    application.refresh_from_db()
    assert make.waiting(application) == ["contract"]
    return application


def happened():
    """What the events of now lead to."""
    while dispatch.dispatch(at=MONDAY):
        pass


def owner_of(application):
    return application.partner.memberships.get().user


def sign(application):
    version = contracts.make_sent(application.partner, at=MONDAY)
    contracts.signed(version, owner_of(application), at=MONDAY)
    happened()


def certify(application):
    certification.certified(certification.make_level(), application.partner, owner_of(application))
    happened()


def test_a_signature_a_payment_and_a_certificate_take_a_company_to_the_end(distributor):
    DepositRule.objects.create(currency="CNY", amount=Decimal(1000))

    sign(distributor)
    asked = make.waiting(distributor)
    account = DepositAccount.objects.get(partner=distributor.partner)
    deposits.booked(account, "paid", 999)
    happened()
    short = make.waiting(distributor)
    deposits.booked(account, "paid", 1)
    happened()
    paid = make.waiting(distributor)
    certify(distributor)

    assert (asked, short, paid) == (["deposit", "certification"], ["deposit", "certification"], ["certification"])
    assert (make.case_of(distributor).state, account.currency) == ("done", "CNY")
    by_itself = CaseDecision.objects.filter(role="system").values_list("case_step__step__code", flat=True)
    assert sorted(by_itself) == ["certification", "contract", "deposit"]


def test_no_person_calls_done_what_is_not_done(distributor):
    DepositRule.objects.create(currency="CNY", amount=Decimal(1000))
    with pytest.raises(StepNotFulfilled) as of_contract:
        make.decide(distributor, "contract", make.person("channel_manager"))
    sign(distributor)
    with pytest.raises(StepNotFulfilled) as of_deposit:
        make.decide(distributor, "deposit", make.person("finance"))

    assert str(of_contract.value) == "The partner has not signed its contract yet."
    assert str(of_deposit.value) == "The deposit is not paid in full yet."
    assert make.waiting(distributor) == ["deposit", "certification"]


def test_what_was_done_before_its_turn_is_not_waited_for(distributor):
    deposits.make_deposit(distributor.partner, due=500, paid=500)

    sign(distributor)

    assert make.waiting(distributor) == ["certification"]


def test_what_the_tier_asks_for_is_waited_for_however_many_are_certified(distributor):
    gold, level = PartnerTier.objects.create(code="gold", name="Gold", rank=1), certification.make_level(rank=2)
    set_tier(partner=distributor.partner, tier=gold, first_day=MONDAY.date())
    certification.require(level, tier=gold)
    deposits.make_deposit(distributor.partner, due=500, paid=500)
    sign(distributor)

    certify(distributor)
    other = make.waiting(distributor)
    certification.certified(level, distributor.partner, owner_of(distributor))
    happened()

    assert (other, make.case_of(distributor).state) == (["certification"], "done")


def test_where_nothing_is_asked_a_person_says_so(distributor):
    sign(distributor)

    make.decide(distributor, "deposit", make.person("finance"))
    make.decide(distributor, "certification", make.person("after_sales"))

    assert make.case_of(distributor).state == "done"


def test_the_same_event_twice_settles_once(distributor):
    sign(distributor)

    assert make.plugs.settle(partner_id=distributor.partner_id, kind="contract", at=MONDAY) == 0
    assert CaseDecision.objects.filter(case_step__step__code="contract").count() == 1

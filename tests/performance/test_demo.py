"""The demo's channel: through the real services, whole or not at all."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from channelhub.core.models import AccountingMonth, Task, User
from channelhub.core.selectors.workflow import waiting_for
from channelhub.core.services import acting
from partners.models import (
    Authorisation,
    CompanyNumber,
    ContractVersion,
    DepositAccount,
    Licence,
    Partner,
    PartnerApplication,
    Product,
    TreeMove,
)
from performance.rules.demo.scales import SCALES, Scale
from performance.services.demo import seed
from performance.services.demo.channel import PASSWORD
from pricing.models import MapPrice, PriceRow, RebatePosting, SalesLine
from tests.factories.partners import make_partner

AT = datetime(2026, 5, 20, 4, tzinfo=UTC)
TASKS = {"performance.report_missing", "partners.deposit_short", "partners.licence_ends"}
TINY = Scale("tiny", 50, 40, 1_500, months=6)


def seeded_at(scale, number=7):
    told = []
    access = seed.seed_demo(scale=scale, seed=number, at=AT, say=told.append)
    return access, told


@pytest.fixture
def seeded(db):
    return seeded_at(TINY)[0]


def test_everything_stands_where_it_should_and_old_months_are_closed(seeded):
    assert (Partner.objects.count(), Product.objects.count()) == (TINY.partners, TINY.products)
    assert 1_000 < SalesLine.objects.count() < 2_000
    closed = AccountingMonth.objects.filter(closed_at__isnull=False).order_by("month")
    assert [f"{month}" for month in closed] == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    postings = RebatePosting.objects.all()
    assert [any(getattr(p, part) for p in postings) for part in ("by_sales", "by_late", "by_returns")] == [True] * 3
    assert Authorisation.objects.filter(exclusive=True).count() == 9
    assert TreeMove.objects.count() == 2
    assert set(Task.objects.filter(role="channel_manager").values_list("kind", flat=True)) >= TASKS
    assert PriceRow.objects.filter(price_list__code="LP-LIST").count() >= TINY.products
    assert MapPrice.objects.filter(valid_from=date(2025, 11, 1)).count() == TINY.products


def test_companies_have_records_contracts_deposits_and_some_apply(seeded):
    assert sorted(ContractVersion.objects.values_list("state", flat=True)) == ["sent", "signed", "signed"]
    assert list(DepositAccount.objects.short().values_list("partner__code", flat=True)) == ["D-SOUTH"]
    assert sorted(PartnerApplication.objects.values_list("type__code", "state")) == [
        ("dealer", "running"),
        ("dealer", "running"),
        ("distributor", "running"),
    ]
    assert CompanyNumber.objects.count() == Licence.objects.count() == 4


def test_everybody_signs_in_and_stands_where_the_list_says(seeded):
    users = {login.email: User.objects.get(email=login.email) for login in seeded.logins}

    assert all(user.check_password(PASSWORD) for user in users.values())
    dealer = acting.of_session(users["dealer@channelhub.example"], {}, AT)
    below = Partner.objects.filter(placements__parent__code="D-EAST").count()
    assert (dealer.memberships[0].partner_name, len(dealer.standing.subtree) > below > 5) == (
        "华东恒通科技有限公司",
        True,
    )
    assert len(acting.of_session(users["east@channelhub.example"], {}, AT).territories) == 4


def test_a_programme_of_next_year_waits_for_finance_first(seeded):
    def waits_for(name):
        user = User.objects.get(email=f"{name}@channelhub.example")
        user.acting = acting.of_session(user, {}, AT)
        return [(step.case.subject, step.case.opened_by.name) for step in waiting_for(user, on=AT.date())]

    drafted = [("loyalty 年度忠诚返利", "王敏")]
    assert [waits_for(name) for name in ("finance", "management", "manager")] == [drafted, [], []]


@pytest.mark.django_db
def test_interrupted_it_leaves_nothing(monkeypatch):
    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(seed, "_move_some", stop)
    with pytest.raises(KeyboardInterrupt):
        seeded_at(TINY)

    assert (Partner.objects.count(), SalesLine.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_nothing_is_put_beside_a_real_channel():
    make_partner("real")

    with pytest.raises(CommandError, match="There are partners already"):
        call_command("seed_demo")

    assert list(Partner.objects.values_list("code", flat=True)) == ["real"]


def test_there_are_three_scales():
    assert {code: scale.lines for code, scale in SCALES.items()} == {
        "small": 24_000,
        "medium": 500_000,
        "large": 10_000_000,
    }

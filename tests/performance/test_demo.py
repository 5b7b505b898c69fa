"""The demo's channel: through the real services, whole or not at all."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from channelhub.core.models import AccountingMonth, Task, User
from channelhub.core.services import acting
from partners.models import Authorisation, Partner, TreeMove
from performance.rules.demo_channel import PARTNERS, PRODUCTS
from performance.rules.demo_sales import Sales
from performance.services.demo.channel import PASSWORD
from performance.services.demo.seed import seed_demo
from pricing.models import RebatePosting, SalesLine
from tests.factories.partners import make_partner

AT = datetime(2026, 5, 20, 4, tzinfo=UTC)


@pytest.fixture
def seeded(db):
    return seed_demo(seed=7, at=AT, say=lambda _text: None)


def test_every_line_that_was_made_stands_in_the_ledger_and_old_months_are_closed(seeded):
    sales = Sales(first=date(2025, 11, 1), until=date(2026, 5, 20), partners=PARTNERS, products=PRODUCTS, seed=7)

    lines = sum(len(month.sell_in) + len(month.reported) for month in sales.months())
    assert (SalesLine.objects.count(), Partner.objects.count()) == (lines, len(PARTNERS))
    closed = AccountingMonth.objects.filter(closed_at__isnull=False).order_by("month")
    assert [f"{month}" for month in closed] == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    postings = RebatePosting.objects.all()
    assert [any(getattr(p, part) for p in postings) for part in ("by_sales", "by_late", "by_returns")] == [True] * 3
    assert Authorisation.objects.filter(exclusive=True).count() == 9
    assert (TreeMove.objects.count(), Task.objects.filter(role="channel_manager").count()) == (2, 1)


def test_everybody_signs_in_and_stands_where_the_list_says(seeded):
    users = {login.email: User.objects.get(email=login.email) for login in seeded.logins}

    assert all(user.check_password(PASSWORD) for user in users.values())
    dealer = acting.of_session(users["dealer@channelhub.example"], {}, AT)
    assert (dealer.memberships[0].partner_name, len(dealer.standing.subtree)) == ("华东恒通科技有限公司", 9)
    assert len(acting.of_session(users["east@channelhub.example"], {}, AT).territories) == 4


@pytest.mark.django_db
def test_nothing_is_put_beside_a_real_channel():
    make_partner("real")

    with pytest.raises(CommandError, match="There are partners already"):
        call_command("seed_demo")

    assert list(Partner.objects.values_list("code", flat=True)) == ["real"]

import csv
import io
from datetime import UTC, date, datetime

import pytest

from channelhub.core.services import acting, exports
from pricing.models import RebateAccount
from pricing.services import accrual, rollup
from tests.factories.ledger import sell
from tests.factories.partners import make_product
from tests.factories.rebates import make_programme

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 4, tzinfo=UTC)


def file_for(user, account):
    kind = exports.kind_of("statement_lines")
    who = acting.of_session(user, {}, NOW)
    exports.request_export(who=who, kind=kind, data={"account": str(account.pk)}, file_format="csv", at=NOW)
    job = exports.work_on_next_export(at=NOW)
    text = exports.file_of(job).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def account(acme, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_programme("laptops", earners=[acme])
    product = make_product("A-100", name="=SUM(A1)")
    sell(acme, booked_on=date(2026, 1, 10), amount=1000, product=product)
    sell(acme, booked_on=date(2026, 2, 10), amount=50, product=product)
    rollup.roll_up(business_day=date(2026, 3, 16))
    accrual.accrue(business_day=date(2026, 3, 16))
    return RebateAccount.objects.get(partner=acme)


def test_the_file_of_a_statement_holds_its_lines_with_their_shares(account, anna):
    rows = file_for(anna, account)

    assert [(row["Counted amount"], row["Share of the rebate"]) for row in rows] == [("1000", "100"), ("50", "5")]
    assert {row["Product"] for row in rows} == {"'=SUM(A1)"}


def test_the_file_of_a_foreign_statement_is_empty(account, carla):
    assert file_for(carla, account) == []

"""Sales quotas by territory and quota period: through the staged import, compared with plain sums over the files."""

import csv
import io
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from performance.models import Target
from performance.selectors import attainment
from pricing.services import rollup
from tests.acceptance import adventureworks as aw
from tests.factories.imports import make_profile

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db]
FIELDS = ("territory", "first_day", "last_day", "amount")


def quota_periods():
    """From each quota date to the next one; the last one ends with the youngest line."""
    days = sorted({date.fromisoformat(row["Date"]) for row in aw.rows("fact_sales_quota.csv")})
    return list(zip(days, [*days[1:], max(days[-1], aw.last_day()) + timedelta(days=1)], strict=True))


def period_of(day, periods):
    return next((first for first, until in periods if first <= day < until), None)


def territory_of():
    """Where a sales person worked on a day, by the number of its record."""
    keys = {row["EmployeeKey"]: row["BusinessEntityID"] for row in aw.rows("dim_employee.csv")}
    history = defaultdict(list)
    for row in aw.rows("oltp_sales_territory_history.csv"):
        history[row["BusinessEntityID"]].append((row["StartDate"], row["EndDate"] or "9999-12-31", row["TerritoryID"]))

    def found(employee, day):
        spans = history.get(keys[employee], [])
        return next((area for first, last, area in spans if first <= day <= last), None)

    return found


def quotas():
    """(territory, first day) -> the sum of the quotas of those who worked there."""
    where, sums = territory_of(), defaultdict(Decimal)
    for row in aw.rows("fact_sales_quota.csv"):
        area = where(row["EmployeeKey"], row["Date"])
        if area is not None:
            sums[f"area {area}", date.fromisoformat(row["Date"])] += Decimal(row["SalesAmountQuota"])
    return sums


def sales():
    """(territory of the reseller's address, first day of the quota period) -> what resellers bought."""
    areas = {row["GeographyKey"]: row["SalesTerritoryKey"] for row in aw.rows("dim_geography.csv")}
    homes = {row["ResellerKey"]: f"area {areas[row['GeographyKey']]}" for row in aw.rows("dim_reseller.csv")}
    periods, sums = quota_periods(), defaultdict(Decimal)
    for row in aw.rows(aw.RESELLER_LINES):
        first = period_of(date.fromisoformat(row["OrderDate"]), periods)
        if first is not None:
            sums[homes[row["ResellerKey"]], first] += Decimal(row["SalesAmount"])
    return sums


def quota_file():
    until = dict(quota_periods())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    for (area, first), amount in sorted(quotas().items()):
        writer.writerow([area, first, until[first] - timedelta(days=1), amount])
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def channel(django_db_setup, django_db_blocker):
    aw.need_data()
    block = transaction.atomic()
    block._from_testcase = True
    with django_db_blocker.unblock(), block:
        feed = aw.load_masters()
        aw.bring_in(aw.sell_in(feed), aw.RESELLER_LINES)
        mappings = {name: name for name in FIELDS}
        profile = make_profile("targets", feed=feed, kpi={"default": "sales"}, currency={"default": "USD"}, **mappings)
        job = aw.bring_in(profile, "quotas.csv", quota_file())
        assert (job.status, job.rejected) == ("taken", 0), job.error
        rollup.roll_up(business_day=aw.last_day())
        yield feed
        transaction.set_rollback(True)


@pytest.fixture
def found(channel):
    targets = list(Target.objects.select_related("territory"))
    return {
        (each.target.territory.code, each.target.valid_during.lower): each.attainment
        for each in attainment.progress(targets, today=aw.last_day())
    }


def test_every_quota_is_a_target_of_its_territory_and_period(found):
    assert {key: each.target for key, each in found.items()} == dict(quotas())


def test_sums_by_territory_and_quota_period_are_those_of_the_files(found):
    expected = sales()

    assert {key: each.actual for key, each in found.items()} == {key: expected[key] for key in found}
    assert len(found) > 50

"""The admin for everybody: axe-core finds nothing wrong, wide and on a phone, light and dark."""

import pytest
from django.utils import timezone

from channelhub.lib.periods import business_day
from inventory.models import StockVisibility
from performance.services import night
from pricing.models import RebateAccount, SalesLine
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_product
from tests.factories.rebates import make_programme
from tests.factories.stock import make_level, make_location
from tests.journeys.axe import serious

pytestmark = pytest.mark.journey
LISTS = (
    "",
    "partners/partner/",
    "partners/partner/add/",
    "partners/authorisation/",
    "partners/product/",
    "partners/territory/",
    "pricing/salesline/",
    "pricing/rebateprogramme/",
    "pricing/rebateaccount/",
    "pricing/rebateposting/",
    "inventory/stocklevel/",
    "inventory/stockmovement/",
    "inventory/location/",
    "inventory/stockvisibility/",
    "inventory/stockvisibility/seen/?partner=acme",
    "inventory/stockbatch/",
    "inventory/stockbatch/sync/",
    "core/accountingmonth/",
    "core/importjob/",
    "core/jobrun/",
    "core/task/",
)


@pytest.fixture
def earning(acme, settings):
    settings.NIGHT_WORKERS = 1
    make_programme("laptops", earners=[acme])
    today = business_day(timezone.now())
    product = make_product("A-100")
    record(line_of(acme, booked_on=today, amount="800", product=product))
    make_level(make_location("W1", partner=acme), product, 0, reserved="2")
    StockVisibility.objects.create()
    run = night.open_night(day=today, at=timezone.now())
    night.work_on_night(clock=timezone.now)
    return run


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_in_the_admin(size, theme, page, sign_in, staff, acme, earning):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    sign_in(staff)
    rows = (
        f"partners/partner/{acme.pk}/change/",
        f"pricing/salesline/{SalesLine.objects.get().pk}/change/",
        f"pricing/rebateaccount/{RebateAccount.objects.first().pk}/change/",
        f"core/jobrun/{earning.pk}/change/",
    )
    found = {}
    for path in (*LISTS, *rows):
        page.goto(f"/admin/{path}")
        found[path] = serious(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}

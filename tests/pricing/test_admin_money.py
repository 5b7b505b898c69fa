from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from channelhub.core.models import AccountingMonth
from pricing.enums import ProgrammeStatus
from pricing.models import ExchangeRate, ManualAmount, RebateAccount, RebatePosting, RebateProgramme, SalesLine
from pricing.selectors.accounts import earned_periods
from pricing.services import accrual, programmes, rollup
from tests.factories.rebates import make_programme
from tests.factories.sales import make_lines

pytestmark = pytest.mark.django_db
LINES, POSTINGS = "/admin/pricing/salesline/", "/admin/pricing/rebateposting/"
TODAY = date(2026, 3, 16)
NO_BAND = "“a lot 1%” is no band: write from where and the rate, like 1,000,000 2.5%"
FEBRUARY = date(2026, 2, 2)
TERMS = {
    "valid_from": "2026-01-01",
    "method": "retrospective",
    "qualifier": "amount",
    "pays": "percent",
    "bands": "0 1%\n1,000,000 2.5%",
    "kinds": ["1"],
    "scope": "own",
}


@pytest.fixture
def settled(acme):
    """Two sales of Acme and what a programme of ten percent pays for them."""
    make_programme("ten", earners=[acme])
    make_lines(
        {"net_amount": "1000"}, {"net_amount": "500", "currency": "CNY"}, partner=acme, booked_on=date(2026, 2, 2)
    )
    rollup.roll_up(business_day=TODAY)
    accrual.accrue(business_day=TODAY)
    return RebateAccount.objects.get()


def confirm(client, address, data):
    preview = client.post(address, data)
    return preview, client.post(address, {**data, "previewed": preview.context["previewed"]})


def page_of(record, action):
    return reverse(f"admin:pricing_{record._meta.model_name}_{action}", args=[record.pk])


def read(response):
    return response.content.decode("utf-8-sig").splitlines()


def test_the_filtered_lines_add_up_above_the_list(as_staff, acme, other_partner):
    make_lines({"net_amount": "1000"}, {"net_amount": "-20.5"}, {"net_amount": "7", "currency": "USD"}, partner=acme)
    make_lines({"net_amount": "99"}, partner=other_partner)

    response = as_staff.get(LINES, {"partner__id__exact": acme.pk})

    assert response.context["list_sum"] == [("lines", "3"), ("net", "CNY 979.50"), ("net", "USD 7.00")]
    assert [(chip.name, chip.value) for chip in response.context["chips"]] == [("partner", "acme Acme")]


@pytest.mark.parametrize("lines", [1, 3])
def test_listing_lines_costs_the_same_however_many(lines, as_staff, acme, django_assert_max_num_queries):
    make_lines(*({"net_amount": "1"} for _ in range(lines)), partner=acme)

    with django_assert_max_num_queries(20) as captured:
        response = as_staff.get(LINES)

    assert (len(response.context["cl"].result_list), len(captured)) == (lines, 13)


def test_a_line_is_found_by_its_whole_external_id(as_staff, acme):
    make_lines({"external_id": "A-1"}, {"external_id": "A-10"}, partner=acme)

    found = as_staff.get(LINES, {"q": "A-1"}).context["cl"].result_list

    assert [line.external_id for line in found] == ["A-1"]


def test_the_ledger_is_only_read(as_staff, acme):
    [line] = make_lines({"net_amount": "5"}, partner=acme)

    assert as_staff.post(page_of(line, "change"), {"net_amount": "6"}).status_code == 403
    assert as_staff.get(reverse("admin:pricing_salesline_add")).status_code == 403
    assert SalesLine.objects.get().net_amount == 5


def test_the_filtered_list_is_a_file_in_which_nothing_runs(as_staff, acme, other_partner):
    make_lines({"document": "=1+1", "net_amount": "5", "external_id": "E1"}, partner=acme)
    make_lines({"net_amount": "9"}, partner=other_partner)

    rows = read(as_staff.get(f"{LINES}export/", {"partner__id__exact": acme.pk, "format": "csv"}))

    assert rows[0].startswith('"booked on","kind","partner: code"')
    assert [row.split(",")[:7] for row in rows[1:]] == [
        ["2026-03-16", "Sell-in", "acme", "Acme", rows[1].split(",")[4], "'=1+1", "1"],
    ]


def test_why_an_amount_is_a_column_that_adds_up_with_the_lines_behind_it(as_staff, settled):
    context = as_staff.get(page_of(settled, "change")).context

    assert context["explained"].amount == context["posted"] == context["shares"] == Decimal(150)
    assert [step.code for step in context["explained"].steps] == [
        "ruled_by",
        "counted",
        "summed",
        "band_reached",
        "slice_earned",
        "changed",
    ]
    assert sorted(line.share for line in context["lines"]) == [Decimal(50), Decimal(100)]


def test_postings_add_up_and_open_their_account(as_staff, settled):
    response = as_staff.get(POSTINGS, {"account__id__exact": settled.pk})

    assert response.context["list_sum"] == [("amount", "CNY 150.00")]
    assert page_of(settled, "change").encode() in response.content


def test_a_programme_is_drafted_and_given_terms_and_members(as_staff, acme):
    as_staff.post(
        reverse("admin:pricing_rebateprogramme_new"),
        {"code": "q", "name": "季度", "currency": "CNY", "period": "quarter", "starts_on": "2026-01-01"},
    )
    programme = RebateProgramme.objects.get()

    preview, _done = confirm(as_staff, page_of(programme, "new_version"), TERMS)
    as_staff.post(page_of(programme, "add_members"), {"partners": [acme.pk]})
    programmes.activate(programme=programme)

    assert preview.context["preview"].changes == [("bands", "–", "0+ 1% · 1,000,000+ 2.5%")]
    version = programme.versions.get()
    assert list(version.bands.order_by("starts_at").values_list("starts_at", "rate")) == [
        (0, Decimal("0.01")),
        (1_000_000, Decimal("0.025")),
    ]
    programme.refresh_from_db()
    assert (programme.status, programme.members.get().partner) == (ProgrammeStatus.ACTIVE, acme)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        (
            {"bands": "a lot 1%"},
            {"bands": ["“a lot 1%” is no band: write from where and the rate, like 1,000,000 2.5%"]},
        ),
        ({"valid_from": "2026-02-01"}, None),
        ({"bands": "10 1%\n5 2%"}, None),
    ],
)
def test_terms_that_mean_nothing_are_refused_above_the_kept_input(changed, error, as_staff):
    programme = programmes.create_programme(
        code="q", name="q", currency="CNY", period="quarter", starts_on=date(2026, 1, 1)
    )
    address = page_of(programme, "new_version")

    response = as_staff.post(address, {**TERMS, **changed})
    if response.context.get("previewed"):
        response = as_staff.post(address, {**TERMS, **changed, "previewed": response.context["previewed"]})

    assert programme.versions.count() == 0
    form = response.context["form"]
    assert form.errors == error if error else len(form.non_field_errors()) == 1


def test_a_manual_amount_has_a_reason_and_is_posted_by_the_next_night(as_staff, settled, acme):
    data = {
        "partner": acme.pk,
        "period_on": "2026-01-01",
        "month": "2026-02-01",
        "amount": "-20",
        "reason": "late licence",
    }

    confirm(as_staff, page_of(settled.programme, "manual"), data)
    rollup.roll_up(business_day=TODAY)
    accrual.accrue(business_day=TODAY)

    assert ManualAmount.objects.get().reason == "late licence"
    assert sum(RebatePosting.objects.values_list("amount", flat=True)) == Decimal(130)


def test_a_month_is_closed_after_a_preview_and_the_history_keeps_the_reason(as_staff, staff, settled):
    address = reverse("admin:core_accountingmonth_close")
    month = as_staff.get(address).context["form"].fields["month"].choices[0][0]

    preview, _done = confirm(as_staff, address, {"month": month, "reason": "books are done"})

    assert preview.context["preview"].changes == [(month[:7], "open", "closed")]
    closed = AccountingMonth.objects.get(month=month)
    assert (closed.closed_by, closed.is_closed) == (staff, True)
    history = as_staff.get(reverse("admin:core_accountingmonth_history", args=[month])).context["changes"]
    assert "books are done" in {change.reason for change in history}


def test_a_rate_is_set_after_old_and_new_are_shown(as_staff):
    address = reverse("admin:pricing_exchangerate_set_rate")
    data = {"currency": "USD", "to_currency": "CNY", "month": "2026-02-10", "rate": "7.1"}
    confirm(as_staff, address, data)

    preview, _done = confirm(as_staff, address, {**data, "rate": "7.2"})

    assert preview.context["preview"].changes == [("USD → CNY", "7.1 (2026-02)", "7.2")]
    recorded = [(row.rate, row.known_until is None) for row in ExchangeRate.objects.order_by("pk")]
    assert recorded == [(Decimal("7.1"), False), (Decimal("7.2"), True)]


def test_accounts_are_found_by_the_periods_that_there_are_the_latest_first(as_staff, acme):
    for period in ("quarter", "month", "year"):
        make_programme(period, earners=[acme], period=period, starts_on=date(2025, 1, 1))
    for day in (FEBRUARY, date(2025, 5, 5)):
        make_lines({"partner": acme, "net_amount": "1000", "booked_on": day})
    rollup.roll_up(business_day=TODAY)
    accrual.accrue(business_day=TODAY)

    periods = [period.name for period in earned_periods(40)]
    found = as_staff.get("/admin/pricing/rebateaccount/", {"period": "2026-02-01_2026-03-01"}).context["cl"]

    assert periods[:6] == ["2026-03", "2026-02", "2026", "2026-Q1", "2026-01", "2025-12"]
    assert len(periods) == RebateAccount.objects.values("period_on", "period_ends").distinct().count()
    assert [account.programme.code for account in found.result_list] == ["month"]


def test_a_return_is_marked_in_the_list_of_lines(as_staff, acme):
    [sold] = make_lines({"partner": acme, "document": "D-1"})
    make_lines({"partner": acme, "document": "D-2", "quantity": "-1", "net_amount": "-10", "returns": sold.external_id})

    page = as_staff.get(LINES).content.decode()

    assert ('<span class="ch-label ch-orange">return</span> D-2' in page, "&lt;span" in page) == (True, False)

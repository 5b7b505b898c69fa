"""Contracts as they are drafted, sent, read and signed: admin, portal, API."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.lib.paper import font_file
from channelhub.lib.periods import business_day, date_range
from partners.enums import ContractState
from partners.models import ContractSignature, ContractVersion, TemplateVersion
from partners.services import contract_templates, contracts
from tests.conftest import logged_in
from tests.factories.api import erp
from tests.factories.contracts import make_draft, make_sent, make_template, signed
from tests.factories.partners import make_dealer, make_staff

needs_font = pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed")
pytestmark = [pytest.mark.django_db, needs_font]
API = "/api/v1/partners/contracts/"


def admin_page(version, action):
    return reverse(f"admin:partners_contractversion_{action}", args=[version.pk])


def confirmed(client, address, data=None):
    """Post, read what is previewed, and confirm it."""
    data = data or {}
    previewed = client.post(address, data).context["previewed"]
    return client.post(address, {**data, "previewed": previewed})


# The portal


def test_the_owner_reads_and_signs_and_then_sees_the_proof(acme, as_anna):
    version = make_sent(acme, deposit_amount=Decimal(5000), commitments=[(date(2026, 1, 1), 1000)])
    page = f"/portal/contracts/{version.pk}/"

    before = as_anna.get(page)
    answer = as_anna.post(
        f"{page}sign/", {"sha256": version.sha256, "agreed": "on"}, REMOTE_ADDR="203.0.113.9", follow=True
    )

    assert before.context["may_sign"] is True
    assert "保证金" in before.content.decode()
    signature = ContractSignature.objects.get()
    assert (signature.person, signature.address, signature.sha256) == ("Anna", "203.0.113.9", version.sha256)
    shown = answer.context["answer"]
    assert (shown.signature, shown.is_whole, len(shown.obligations)) == (signature, True, 2)
    assert as_anna.get("/portal/deposits/").context["accounts"][0][0].due == 5000
    paper = as_anna.get(reverse("document", args=[version.document_id]))
    assert b"".join(paper.streaming_content)[:5] == b"%PDF-"


def test_without_the_will_to_be_bound_nothing_is_signed(acme, as_anna):
    version = make_sent(acme)

    answer = as_anna.post(f"/portal/contracts/{version.pk}/sign/", {"sha256": version.sha256})

    assert (answer.status_code, ContractSignature.objects.count()) == (400, 0)
    assert "agreed" in answer.context["form"].errors


def test_a_viewer_reads_the_contract_and_is_told_who_signs(acme, as_ben):
    version = make_sent(acme)
    page = f"/portal/contracts/{version.pk}/"

    assert as_ben.get(page).context["may_sign"] is False
    as_ben.post(f"{page}sign/", {"sha256": version.sha256, "agreed": "on"})

    assert ContractSignature.objects.count() == 0


def test_a_buyer_who_is_named_signs_and_sees_no_other_contract(acme):
    buyer = logged_in(make_dealer("buyer@acme.example", partner=acme, role="buyer"))
    mine, other = make_sent(acme, signatory_email="buyer@acme.example"), make_sent(acme)

    assert [row.pk for row in buyer.get("/portal/contracts/").context["rows"]] == [mine.pk]
    assert buyer.get(f"/portal/contracts/{other.pk}/").status_code == 404
    buyer.post(f"/portal/contracts/{mine.pk}/sign/", {"sha256": mine.sha256, "agreed": "on"})

    assert ContractSignature.objects.get().version == mine


def test_drafts_and_contracts_of_others_are_not_shown(acme, as_anna, other_partner):
    make_draft(acme)
    foreign = make_sent(other_partner)

    page = as_anna.get("/portal/contracts/")

    assert (page.context["rows"], b"No contract yet" in page.content) == ([], True)
    assert as_anna.get(f"/portal/contracts/{foreign.pk}/").status_code == 404


def test_contracts_are_narrowed_by_state_and_number_and_downloaded(acme, anna, as_anna):
    from partners.forms.contracts import CONTRACTS

    first = signed(make_sent(acme, number="HT-1"), anna)
    second = make_sent(acme, number="HT-2")

    def found(**query):
        return [row.pk for row in as_anna.get("/portal/contracts/", query).context["rows"]]

    assert (found(state="signed"), found(q="HT-2"), found(state="declined")) == ([first.pk], [second.pk], [])
    anna.acting = as_anna.get("/portal/contracts/").wsgi_request.acting
    rows = CONTRACTS.rows(anna, CONTRACTS.clean({"state": "sent"}))
    assert [(row[0], row[9]) for row in rows] == [("HT-2", second.sha256)]


def test_the_partner_declines_with_a_reason(acme, as_anna):
    version = make_sent(acme)

    as_anna.post(f"/portal/contracts/{version.pk}/decline/", {"reason": ""})
    version.refresh_from_db()
    assert version.state == ContractState.SENT
    as_anna.post(f"/portal/contracts/{version.pk}/decline/", {"reason": "too short"})

    version.refresh_from_db()
    assert (version.state, version.ended_reason) == (ContractState.DECLINED, "too short")


# The admin


def test_a_lawyer_drafts_completes_and_sends_a_contract(acme):
    template = make_template()
    rights = ["partners.view_*", "partners.*_contract*"]
    lawyer = logged_in(make_staff("law@maker.example", role="legal", permissions=rights))
    terms = {
        "template": template.pk, "number": "", "first_day": "2026-01-01", "last": "2026-12-31", "currency": "cny",
        "deposit_amount": "500", "deposit_days": "10", "notice_days": "30", "penalty": "", "renewal_days": "90",
        "signatory_name": "", "signatory_email": "",
    }  # fmt: skip

    answer = confirmed(lawyer, reverse("admin:partners_partner_draft_contract", args=[acme.pk]), terms)
    version = ContractVersion.objects.get()
    assert answer["Location"] == reverse("admin:partners_contractversion_change", args=[version.pk])

    confirmed(lawyer, admin_page(version, "send"))
    version.refresh_from_db()
    assert (version.state, version.currency, version.sent_by.email) == ("sent", "CNY", "law@maker.example")


def test_a_draft_whose_period_is_reversed_is_refused_above_the_kept_input(acme, as_staff):
    terms = {"template": make_template().pk, "first_day": "2026-05-02", "last": "2026-05-01", "currency": "CNY"}

    answer = as_staff.post(reverse("admin:partners_partner_draft_contract", args=[acme.pk]), terms)

    assert answer.context["form"].errors["last"] == ["A contract ends on or after its first day."]
    assert ContractVersion.objects.count() == 0


def test_lines_are_added_to_a_draft_and_shown_afterwards(acme, as_staff):
    version = make_draft(acme)
    address = admin_page(version, "change")
    data = {
        "first_day": "2026-01-01", "last": "", "currency": "CNY", "renewal_days": "60", "deposit_amount": "0",
        "deposit_days": "15", "notice_days": "45", "penalty": "", "signatory_name": "", "signatory_email": "",
        "filled_places": "carrier: SF",
        "scopes-TOTAL_FORMS": "1", "scopes-INITIAL_FORMS": "0", "scopes-0-exclusive": "on",
        "commitments-TOTAL_FORMS": "1", "commitments-INITIAL_FORMS": "0",
        "commitments-0-quarter_on": "2026-01-01", "commitments-0-amount": "1000",
    }  # fmt: skip

    answer = as_staff.post(address, data)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    version.refresh_from_db()
    assert (version.notice_days, version.valid_during.upper, version.values) == (45, None, {"carrier": "SF"})
    assert (version.scopes.get().partner, version.commitments.get().amount) == (acme, 1000)
    contracts.send(version=version, at=version.updated_at)
    assert as_staff.get(address).status_code == 200
    assert as_staff.post(address, data).status_code == 403


@pytest.mark.parametrize(
    ("queue", "numbers"), [("unsigned", ["HT-2"]), ("ending", ["HT-1"]), ("over", []), ("broken", [])]
)
def test_queues_of_contracts(acme, anna, as_staff, queue, numbers):
    today = business_day(timezone.now())
    soon = date_range(today, today + timedelta(days=30))
    signed(make_sent(acme, number="HT-1", valid_during=soon), anna)
    make_sent(acme, number="HT-2")

    answer = as_staff.get(reverse("admin:partners_contractversion_changelist"), {"queue": queue})

    assert [row.contract.number for row in answer.context["cl"].result_list] == numbers


def test_partners_without_a_contract_in_force(acme, other_partner, as_staff):
    make_sent(acme)
    address = reverse("admin:partners_partner_changelist")

    def found(choice):
        return [row.code for row in as_staff.get(address, {"contract": choice}).context["cl"].result_list]

    assert (found("unsigned"), sorted(found("none")), found("in_force")) == (["acme"], ["acme", "other"], [])


def test_a_contract_is_amended_withdrawn_and_terminated_by_the_pages(acme, anna, as_staff):
    version = signed(make_sent(acme), anna)

    as_staff.post(admin_page(version, "amend"), {"first_day": "2027-01-01", "last": "2027-12-31"})
    renewal = ContractVersion.objects.get(number=2)
    as_staff.post(admin_page(renewal, "withdraw"), {"reason": "other plans"})
    confirmed(as_staff, admin_page(version, "terminate"), {"last": "2026-06-30", "reason": "breach"})

    renewal.refresh_from_db()
    version.refresh_from_db()
    assert (renewal.kind, renewal.state) == ("renewal", "withdrawn")
    assert (version.state, version.in_force.upper) == ("ended", date(2026, 7, 1))


def test_a_template_gets_a_new_version_that_is_published(as_staff):
    template = make_template()

    as_staff.post(reverse("admin:partners_contracttemplate_new_version", args=[template.pk]))
    version = TemplateVersion.objects.get(template=template, number=2)
    assert as_staff.get(reverse("admin:partners_templateversion_change", args=[version.pk])).status_code == 200
    confirmed(as_staff, reverse("admin:partners_templateversion_publish", args=[version.pk]))

    assert contract_templates.in_force(template).number == 2


# The API


def test_a_partners_client_reads_its_own_contracts_but_no_draft(acme, anna, other_partner):
    version = signed(make_sent(acme, number="HT-1", commitments=[(date(2026, 1, 1), 1000)]), anna)
    make_draft(acme)
    make_sent(other_partner)

    [row] = erp(partner=acme).get(API).json()["results"]

    assert (row["number"], row["state"], row["signed_by"], row["sha256"]) == ("HT-1", "signed", "Anna", version.sha256)
    assert row["commitments"] == [{"quarter_on": "2026-01-01", "product_line": None, "amount": "1000"}]
    assert (row["first_day"], row["last_day"], row["in_force_through"]) == ("2026-01-01", "2026-12-31", "2026-12-31")


@pytest.mark.parametrize("rows", [1, 3])
def test_listing_contracts_costs_the_same_however_many(rows, acme, django_assert_max_num_queries):
    for _time in range(rows):
        make_sent(acme)
    caller = erp()
    caller.get(API)

    with django_assert_max_num_queries(16):
        assert len(caller.get(API, {"state": "sent", "in_force_on": ""}).json()["results"]) == rows

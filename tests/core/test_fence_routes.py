"""Every page and resource with a key, asked by a dealer with its own key and with a stranger's: that answers 404."""

from dataclasses import dataclass

import pytest
from django.db import models
from django.urls import URLPattern, get_resolver, reverse

from channelhub.core.models import Document, ExportJob, ImportJob, Notification, WorkflowCase
from inventory.models import Location, StockLevel
from partners.models import (
    AccessRequest,
    BankAccount,
    Certificate,
    CompanyNumber,
    ContractVersion,
    DepositAccount,
    DepositEntry,
    ExamAttempt,
    Licence,
    Membership,
    Partner,
    PartnerAddress,
    PartnerApplication,
    PartnerContact,
)
from performance.models import KpiValue, Score, Target
from pricing.models import RebateAccount, RebatePosting, RevisionNotice, SalesLine
from tests.core.scoped_rows import World
from tests.factories.api import erp

pytestmark = pytest.mark.django_db
NOT_FOR_DEALERS = ("admin/", "account/", "static/")
SHARED = {
    "api_certification_programme-detail",
    "api_certification_requirement-detail",
    "api_product-detail",
    "api_territory-detail",
    "api_tier_rules-detail",
    "portal_academy_done",
    "portal_academy_level",
    "portal_academy_start",
    "portal_material",
    "portal_price_why",
}  # reference data: the same for everybody
MAKERS = {
    "api_certificate-withdraw",
    "api_price_list-detail",
    "api_price_row-detail",
    "api_price_revision-detail",
    "api_price_revision-rows",
    "api_price_revision-submit",
    "api_price_revision-announce",
    "api_price_revision-publish",
    "api_price_revision-revert",
    "api_price_revision-withdraw",
    "api_price_notice-detail",
    "api_price_notice-settle",
    "api_map_price-detail",
    "api_finding-detail",
    "api_tier_proposal-decide",
    "api_tier_proposal-detail",
    "api_application-check-results",
    "api_agreement-detail",
    "api_agreement_line-detail",
    "api_usage_entry-detail",
    "api_usage_limit-detail",
}  # a dealer's client cannot have the scope
LINKS = {"apply_resume", "verify_number"}  # guessed at in tests/partners/onboarding and certification


@dataclass(frozen=True)
class Route:
    """Which row an address names."""

    model: type[models.Model]
    kwarg: str = "pk"
    method: str = "get"


ROUTES = {
    "document": Route(Document),
    "portal_export": Route(ExportJob),
    "portal_export_cancel": Route(ExportJob, method="post"),
    "portal_export_file": Route(ExportJob),
    "portal_notification": Route(Notification, method="post"),
    "portal_person_role": Route(Membership, method="post"),
    "portal_person_end": Route(Membership, method="post"),
    "portal_access_accept": Route(AccessRequest, method="post"),
    "portal_access_decline": Route(AccessRequest, method="post"),
    "api_application-detail": Route(PartnerApplication),
    "portal_sale": Route(SalesLine),
    "portal_score": Route(Score),
    "api_target-detail": Route(Target),
    "api_kpi_value-detail": Route(KpiValue),
    "api_score-detail": Route(Score),
    "api_tier_standing-detail": Route(Partner),
    "portal_stock_level": Route(StockLevel),
    "portal_stock_report": Route(ImportJob),
    "portal_statement": Route(RebateAccount),
    "portal_statement_comment": Route(RebateAccount, method="post"),
    "portal_statement_lines": Route(RebateAccount),
    "portal_statement_why": Route(RebateAccount),
    "api_case-detail": Route(WorkflowCase),
    "api_certificate-detail": Route(Certificate),
    "portal_exam": Route(ExamAttempt),
    "portal_exam_save": Route(ExamAttempt, method="post"),
    "portal_exam_submit": Route(ExamAttempt, method="post"),
    "portal_certificate_paper": Route(Certificate),
    "portal_contract": Route(ContractVersion),
    "portal_contract_sign": Route(ContractVersion, method="post"),
    "portal_contract_decline": Route(ContractVersion, method="post"),
    "portal_new_price": Route(RevisionNotice),
    "portal_new_price_answer": Route(RevisionNotice, method="post"),
    "api_contract-detail": Route(ContractVersion),
    "api_deposit-detail": Route(DepositAccount),
    "api_deposit_entry-detail": Route(DepositEntry),
    "api_partner-detail": Route(Partner),
    "api_company_number-detail": Route(CompanyNumber),
    "api_address-detail": Route(PartnerAddress),
    "api_contact-detail": Route(PartnerContact),
    "api_bank_account-detail": Route(BankAccount),
    "api_licence-detail": Route(Licence),
    "api_sales_line-detail": Route(SalesLine),
    "api_rebate_posting-detail": Route(RebatePosting),
    "api_stock_level-detail": Route(StockLevel),
    "api_location-detail": Route(Location),
}


def keyed_routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if pattern.pattern.converters and not address.startswith(NOT_FOR_DEALERS):
                yield pattern.name
        else:
            yield from keyed_routes(pattern.url_patterns, address)


@pytest.fixture
def world(db):
    return World()


def test_every_address_with_a_key_is_attacked():
    assert set(keyed_routes()) == set(ROUTES) | SHARED | MAKERS | LINKS


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_dealers_client_is_refused_what_is_the_makers(world, name):
    method = "get" if name.endswith("-detail") else "post"
    assert getattr(erp(partner=world.own), method)(reverse(name, kwargs={"pk": 1})).status_code == 403


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_anothers_key_answers_404_and_the_own_one_does_not(world, name):
    route = ROUTES[name]
    client = erp(partner=world.own) if name.startswith("api_") else world.client()

    statuses = []
    for rows in (world.own_rows, world.foreign_rows):
        response = getattr(client, route.method)(reverse(name, kwargs={route.kwarg: rows[route.model].pk}))
        statuses.append(response.status_code)
        for close in response._resource_closers:  # the file only: closing the response closes the test's connection
            close()

    assert (statuses[0] in {200, 302, 400, 405, 409}, statuses[1]) == (True, 404)

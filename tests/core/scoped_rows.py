"""One row of every table that a dealer may read in part: an empty table proves nothing.

A new table of class own, subtree or parties needs an entry here; the guard test says so.
"""

from collections.abc import Callable
from datetime import date

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from channelhub.core.models import (
    AccountingMonth,
    CaseStep,
    Comment,
    Document,
    ExportJob,
    Feed,
    ImportJob,
    ImportRow,
    MappingProfile,
    Notification,
    Task,
    User,
    WorkflowCase,
    WorkflowDefinition,
    WorkflowStep,
    WorkflowVersion,
)
from channelhub.core.services.fence import Standing
from inventory.models import Location, StockBatch, StockLevel, StockMovement
from partners.models import (
    AccessRequest,
    Ancestry,
    Authorisation,
    BankAccount,
    CompanyNumber,
    Contract,
    ContractCommitment,
    ContractObligation,
    ContractScope,
    ContractSignature,
    ContractVersion,
    DepositAccount,
    DepositEntry,
    GrantedBenefit,
    HomeTerritory,
    InvoiceDetails,
    Licence,
    Membership,
    Partner,
    PartnerAddress,
    PartnerApplication,
    PartnerContact,
    PartnerTier,
    PartnerTypeAssignment,
    Placement,
    TierAssignment,
    TierBenefit,
)
from performance.models import KpiValue, ReportDuty, SalesReport, Score, Scorecard, ScorecardVersion, Target
from pricing.enums import SalesKind
from pricing.models import (
    RebateAccount,
    RebatePosting,
    RebateProgramme,
    RevisionNotice,
    SalesBatch,
    SalesLine,
    SalesMonth,
)
from tests.core import scoped_certification
from tests.core.scoped_bases import (
    ALWAYS,
    NOON,
    document,
    membership,
    parent_of_all,
    partner_type,
    product,
    product_line,
    revision_notice,
    territory,
)
from tests.core.scoped_contracts import contract_version, deposit, deposit_entry, obligation, signature


def application(partner: Partner) -> PartnerApplication:
    return PartnerApplication.objects.create(
        type=partner_type(),
        state="active",
        company=partner.name,
        contact_name="Nora",
        contact_email=f"nora@{partner.code}.example",
        partner=partner,
        link_key=partner.code,
        begun_at=NOON,
        sent_at=NOON,
        ended_at=NOON,
    )


def access_request(partner: Partner) -> AccessRequest:
    return AccessRequest.objects.create(partner=partner, name="Ned", email=f"ned@{partner.code}.example", asked_at=NOON)


def sales_line(partner: Partner) -> SalesLine:
    feed = Feed.objects.get_or_create(code="tested", defaults={"name": "Tested"})[0]
    return SalesLine.objects.create(
        batch=SalesBatch.objects.create(feed=feed),
        feed=feed,
        external_id=f"{partner.code}/1",
        content_hash=b"1",
        kind=SalesKind.SELL_IN,
        partner=partner,
        product=product(),
        product_line=product_line(),
        booked_on=date(2026, 3, 2),
        counts_on=date(2026, 3, 2),
        quantity=2,
        entered_quantity=2,
        currency="CNY",
        net_amount=100,
    )


def account(partner: Partner) -> RebateAccount:
    programme = RebateProgramme.objects.get_or_create(
        code="tested",
        defaults={"name": "Tested", "currency": "CNY", "period": "quarter", "starts_on": date(2026, 1, 1)},
    )[0]
    return RebateAccount.objects.get_or_create(
        programme=programme,
        partner=partner,
        period_on=date(2026, 1, 1),
        defaults={"period_ends": date(2026, 4, 1), "currency": "CNY"},
    )[0]


def posting(partner: Partner) -> RebatePosting:
    AccountingMonth.objects.get_or_create(month=date(2026, 3, 1))
    return RebatePosting.objects.create(
        account=account(partner),
        partner=partner,
        number=1,
        known_in=date(2026, 3, 1),
        booked_in=date(2026, 3, 1),
        run_on=date(2026, 3, 31),
        currency="CNY",
        by_sales=3,
        amount=3,
        **dict.fromkeys(("by_version", "by_rates", "by_moves", "by_late", "by_returns", "by_manual"), 0),
    )


def sales_month(partner: Partner) -> SalesMonth:
    return SalesMonth.objects.create(
        partner=partner,
        month=date(2026, 3, 1),
        kind=SalesKind.SELL_IN,
        currency="CNY",
        amount=1,
        quantity=1,
        lines=1,
    )


def score(partner: Partner) -> Score:
    card = Scorecard.objects.get_or_create(code="tested", defaults={"name": "Tested"})[0]
    version = ScorecardVersion.objects.get_or_create(
        scorecard=card, valid_from=date(2026, 1, 1), defaults={"currency": "CNY", "grades": []}
    )[0]
    version.criteria.get_or_create(
        position=1, defaults={"kpi": "sales", "weight": 1, "points": [["0", "0"], ["100", "100"]]}
    )
    return Score.objects.create(
        partner=partner, scorecard=card, scorecard_version=version, month=date(2026, 3, 1), score=80, coverage=1
    )


def granted_benefit(partner: Partner) -> GrantedBenefit:
    tier = PartnerTier.objects.get_or_create(code="tested", defaults={"name": "T", "rank": 1})[0]
    benefit = TierBenefit.objects.get_or_create(tier=tier, kind="other", text="Tested")[0]
    return GrantedBenefit.objects.create(partner=partner, benefit=benefit, valid_during=ALWAYS)


def target(partner: Partner) -> Target:
    quarter = DateRange(date(2026, 1, 1), date(2026, 4, 1))
    return Target.objects.create(
        partner=partner, kpi="sales", period="quarter", valid_during=quarter, currency="CNY", amount=100
    )


def comment(partner: Partner) -> Comment:
    author = User.objects.create_user(f"writer@{partner.code}.example")
    return Comment.objects.create(
        record_type="partners.partner",
        record_id=partner.pk,
        partner_id=partner.pk,
        author=author,
        author_name="Writer",
        body="Welcome",
        written_at=NOON,
    )


def location(partner: Partner) -> Location:
    return Location.objects.get_or_create(code=f"of {partner.code}", defaults={"name": "Tested", "partner": partner})[0]


def stock_level(partner: Partner) -> StockLevel:
    feed = Feed.objects.get_or_create(code="tested", defaults={"name": "Tested"})[0]
    return StockLevel.objects.create(
        location=location(partner),
        product=product(),
        partner=partner,
        feed=feed,
        on_hand=1,
        counted_at=NOON,
    )


def stock_movement(partner: Partner) -> StockMovement:
    feed = Feed.objects.get_or_create(code="tested", defaults={"name": "Tested"})[0]
    return StockMovement.objects.create(
        batch=StockBatch.objects.create(feed=feed),
        location=location(partner),
        product=product(),
        partner=partner,
        kind=1,
        on_hand=1,
        balance=1,
        counted_at=NOON,
    )


def case(partner: Partner) -> WorkflowCase:
    definition = WorkflowDefinition.objects.get_or_create(
        code="tested", defaults={"name": "Tested", "process": "core.request", "shown_to_partner": True}
    )[0]
    version = WorkflowVersion.objects.get_or_create(definition=definition, number=1)[0]
    return WorkflowCase.objects.get_or_create(
        definition=definition,
        partner_id=partner.pk,
        defaults={"workflow_version": version, "shared_with_id": partner.pk, "subject": "x", "opened_at": NOON},
    )[0]


def case_step(partner: Partner) -> CaseStep:
    of = case(partner)
    step = WorkflowStep.objects.get_or_create(
        version=of.workflow_version, code="papers", defaults={"name": "Papers", "kind": "document", "position": 1}
    )[0]
    return CaseStep.objects.create(
        case=of, step=step, party="partner", partner_id=partner.pk, shared_with_id=partner.pk, since=NOON
    )


def import_job(partner: Partner) -> ImportJob:
    feed = Feed.objects.get_or_create(code="tested", defaults={"name": "Tested"})[0]
    profile = MappingProfile.objects.get_or_create(
        code="tested",
        defaults={"name": "Tested", "importer": "sales", "feed": feed},
    )[0]
    return ImportJob.objects.get_or_create(
        profile=profile,
        partner_id=partner.pk,
        defaults={"requested_at": NOON, "file_name": "lines.csv", "size": 4, "sha256": "0" * 64},
    )[0]


def import_row(partner: Partner) -> ImportRow:
    return ImportRow.objects.create(
        job=import_job(partner),
        partner_id=partner.pk,
        row_no=2,
        raw={},
        fields={},
        errors=[],
    )


ROWS: dict[type[models.Model], Callable[[Partner], models.Model]] = {
    Partner: lambda partner: partner,
    PartnerTypeAssignment: lambda partner: PartnerTypeAssignment.objects.create(
        partner=partner,
        type=partner_type(),
        valid_during=ALWAYS,
    ),
    HomeTerritory: lambda partner: HomeTerritory.objects.create(
        partner=partner,
        territory=territory(),
        valid_during=ALWAYS,
    ),
    TierAssignment: lambda partner: TierAssignment.objects.create(
        partner=partner,
        tier=PartnerTier.objects.get_or_create(code="tested", defaults={"name": "T", "rank": 1})[0],
        valid_during=ALWAYS,
    ),
    GrantedBenefit: granted_benefit,
    CompanyNumber: lambda partner: CompanyNumber.objects.create(partner=partner, scheme="lei", number="1"),
    PartnerAddress: lambda partner: PartnerAddress.objects.create(partner=partner, kind="delivery", text="1 Main Road"),
    PartnerContact: lambda partner: PartnerContact.objects.create(partner=partner, role="sales", name="A person"),
    BankAccount: lambda partner: BankAccount.objects.create(
        partner=partner, holder="H", bank="B", currency="CNY", sealed="s", mark="m", end="1234"
    ),
    InvoiceDetails: lambda partner: InvoiceDetails.objects.create(partner=partner, title="T"),
    Licence: lambda partner: Licence.objects.create(partner=partner, kind="business", number="1", valid_during=ALWAYS),
    Placement: lambda partner: Placement.objects.create(partner=partner, parent=parent_of_all(), valid_during=ALWAYS),
    Ancestry: lambda partner: Ancestry.objects.create(
        ancestor=partner,
        partner=partner,
        depth=0,
        valid_during=ALWAYS,
    ),
    Authorisation: lambda partner: Authorisation.objects.create(partner=partner, valid_during=ALWAYS),
    Contract: lambda partner: contract_version(partner).contract,
    ContractVersion: contract_version,
    ContractScope: lambda partner: contract_version(partner).scopes.get(),
    ContractCommitment: lambda partner: contract_version(partner).commitments.get(),
    ContractSignature: signature,
    ContractObligation: obligation,
    DepositAccount: deposit,
    DepositEntry: deposit_entry,
    Membership: membership,
    **scoped_certification.ROWS,
    PartnerApplication: application,
    AccessRequest: access_request,
    SalesLine: sales_line,
    SalesMonth: sales_month,
    Location: location,
    StockLevel: stock_level,
    StockMovement: stock_movement,
    RebateAccount: account,
    RebatePosting: posting,
    RevisionNotice: revision_notice,
    KpiValue: lambda partner: KpiValue.objects.create(
        partner=partner, kpi="sales", month=date(2026, 3, 1), currency="CNY", value=1, amount=1
    ),
    Target: target,
    ReportDuty: lambda partner: ReportDuty.objects.create(partner=partner, due_day=5, valid_during=ALWAYS),
    SalesReport: lambda partner: SalesReport.objects.create(
        partner=partner, month=date(2026, 3, 1), received_on=date(2026, 4, 2), batch_number=1
    ),
    Score: score,
    Comment: comment,
    ExportJob: lambda partner: ExportJob.objects.create(
        kind="tested",
        file_format="csv",
        language="en",
        partner_id=partner.pk,
        requested_by=partner.memberships.get().user,
        requested_at=NOON,
    ),
    Document: document,
    WorkflowCase: case,
    CaseStep: case_step,
    ImportJob: import_job,
    ImportRow: import_row,
    Notification: lambda partner: Notification.objects.create(partner_id=partner.pk, code="tested", created_at=NOON),
    Task: lambda partner: Task.objects.create(
        partner_id=partner.pk,
        kind="tested",
        key=f"tested {partner.code}",
        opened_at=NOON,
    ),
}


def fill(partner: Partner) -> dict[type[models.Model], models.Model]:
    """A row of every scoped table that belongs to the partner."""
    return {model: make(partner) for model, make in ROWS.items()}


class World:
    """Two dealers that know nothing of each other, each with a row in every scoped table."""

    def __init__(self):
        self.own = Partner.objects.create(code="acme", name="Acme")
        self.foreign = Partner.objects.create(code="carla", name="Carla's")
        self.own_rows = fill(self.own)
        self.foreign_rows = fill(self.foreign)
        self.standing = Standing(self.own.pk, (self.own.pk,))

    def client(self, partner=None):
        client = Client(raise_request_exception=False)
        client.force_login((partner or self.own).memberships.get().user)
        return client

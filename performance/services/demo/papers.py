"""The demo's papers: what is on record of its companies, their contracts and deposits, and who applies."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from stdnum.cn import uscc

from channelhub.core.models import User
from channelhub.lib.periods import DateRange, add_months, month_of
from partners.enums import AddressKind, ContactRole, DepositKind, LicenceKind
from partners.models import ContractTemplate, ContractVersion, DepositRule, Partner, PartnerType, Territory
from partners.services import contracts, deposits, licences, records
from partners.services.contracts import Commitment, Signer, Terms
from partners.services.deposits import Wanted
from partners.services.onboarding import applications
from performance.services.demo.channel import DOMAIN


class Company(NamedTuple):
    """What is on record of a partner; ``licence_days``: until its business licence ends."""

    partner: str
    person: str
    address: str
    city: str
    postal_code: str
    licence_days: int


class Applicant(NamedTuple):
    """Who wants to become a partner; ``number`` makes its official number, amounts are in CNY."""

    kind: str
    company: str
    person: str
    local: str
    home: str
    number: int
    credit: int
    sales: int


COMPANIES = (
    Company("D-EAST", "周伟", "上海市浦东新区世纪大道 100 号", "上海", "200120", 900),
    Company("D-SOUTH", "郑凯", "广州市天河区体育西路 55 号", "广州", "510620", 25),
    Company("D-NORTH", "冯磊", "北京市海淀区中关村大街 8 号", "北京", "100080", 400),
    Company("P-0101", "林悦", "杭州市西湖区文三路 90 号", "杭州", "310012", 60),
)
# Partner, whose signature, begun so many months ago, for so many months, deposit, a quarter's commitment.
CONTRACTS = (
    ("D-EAST", "dealer", 11, 24, 200_000, 2_000_000),
    ("D-SOUTH", "dealer2", 11, 13, 150_000, 1_500_000),
    ("P-0101", None, 0, 12, 50_000, 100_000),
)
# The last is like a partner that is known.
APPLICANTS = (
    Applicant("dealer", "苏州金鸡湖数码有限公司", "沈琳", "shen", "CN-JS", 7, 300_000, 4_000_000),
    Applicant("distributor", "成都锦江商贸有限公司", "何川", "he", "CN-SC", 8, 2_000_000, 30_000_000),
    Applicant("dealer", "杭州市西湖数码有限责任公司", "林越", "linyue", "CN-ZJ", 9, 100_000, 900_000),
)


def make_papers(*, partners: Mapping[str, Partner], since: date, today: date, at: datetime) -> None:
    """Records, contracts, deposits and applications: some in order, some that call for somebody.

    One contract runs out within a quarter, one waits for a signature; one licence ends this month; one deposit is
    short; three companies apply, of which one is like a partner.
    """
    for number, company in enumerate(COMPANIES):
        _record(partners[company.partner], _uscc(number), company, today)
    licences.remind(business_day=today)
    DepositRule.objects.create(currency="CNY", amount=Decimal(50_000), stop_after_days=30)
    author = User.objects.get(email=f"manager@{DOMAIN}")
    for code, local, ago, months, deposit, commitment in CONTRACTS:
        first = max(since, add_months(month_of(today), -ago))
        until = add_months(first, months)
        version = _contract(partners[code], first, until, deposit, commitment)
        begun = at - timedelta(days=(today - first).days) if ago else at
        contracts.send(version=version, at=begun, by=author)
        if local:
            _sign(version, f"{local}@{DOMAIN}", begun)
    _deposits(partners, at, author)
    for applicant in APPLICANTS:
        _apply(applicant, at - timedelta(days=3))


def _record(partner: Partner, official: str, company: Company, today: date) -> None:
    records.write_number(partner=partner, number=official)
    place: dict[str, Any] = {
        "text": company.address,
        "city": company.city,
        "postal_code": company.postal_code,
        "country": "CN",
    }
    records.write_address(partner=partner, kind=AddressKind.REGISTERED, **place)
    local = partner.code.lower()
    for role, name, box in (
        (ContactRole.LEGAL_REPRESENTATIVE, company.person, "legal"),
        (ContactRole.FINANCE, "财务部", "finance"),
    ):
        records.write_contact(partner=partner, role=role, name=name, email=f"{box}@{local}.example")
    account: dict[str, Any] = {"holder": partner.name, "bank": "示例银行", "currency": "CNY", "for_payouts": True}
    paid_to = records.write_bank_account(partner=partner, number=f"622202{partner.pk:010}", **account)
    invoice = {"title": partner.name, "tax_number": official, "address": company.address, "bank_account": paid_to}
    records.write_invoice_details(partner=partner, **invoice)
    records.write_licence(
        partner=partner,
        kind=LicenceKind.BUSINESS,
        number=official,
        issued_by=f"{company.city}市市场监督管理局",
        valid_during=DateRange(add_months(month_of(today), -60), today + timedelta(days=company.licence_days)),
    )


def _uscc(number: int) -> str:
    """A number as the register gives them, with its check digit."""
    body = f"91310000MA1K{number:05}"
    return body + uscc.calc_check_digit(body)


def _contract(partner: Partner, first: date, until: date, deposit: int, commitment: int) -> ContractVersion:
    begun = add_months(first, -(first.month - 1) % 3)
    quarters = [add_months(begun, months) for months in range(0, 9, 3)]
    return contracts.draft(
        partner=partner,
        template=ContractTemplate.objects.get(code="distribution"),
        terms=Terms(valid_during=DateRange(first, until), price_consent=True, deposit_amount=Decimal(deposit)),
        commitments=[Commitment(quarter, Decimal(commitment)) for quarter in quarters],
    )


def _sign(version: ContractVersion, email: str, at: datetime) -> None:
    version.refresh_from_db()
    signer = Signer(user=User.objects.get(email=email), may_sign=True, address="203.0.113.7", browser="")
    contracts.sign(version=version, signer=signer, seen=version.sha256, at=at)


def _deposits(partners: Mapping[str, Partner], at: datetime, by: User) -> None:
    """Both signed contracts' deposits were paid; from one something was deducted since."""
    for code, deducted in (("D-EAST", 0), ("D-SOUTH", 30_000)):
        [held] = deposits.balance(partners[code])
        account = deposits.open_account(partner=partners[code], currency="CNY", contract=partners[code].contracts.get())
        deposits.book(account=account, wanted=Wanted(DepositKind.PAID, held.due, f"TT-{code}"), at=at, by=by)
        if deducted:
            case = Wanted(DepositKind.DEDUCTED, Decimal(deducted), "CASE-7", "跨区销售违约金")
            deposits.book(account=account, wanted=case, at=at, by=by)


def _apply(applicant: Applicant, at: datetime) -> None:
    application = applications.begin(
        kind=PartnerType.objects.get(code=applicant.kind),
        company=applicant.company,
        contact_name=applicant.person,
        contact_email=f"{applicant.local}@applicant.example",
        language="zh-hans",
        at=at,
    )
    values = {
        "country": "CN",
        "company_number": _uscc(applicant.number),
        "territory": Territory.objects.get(code=applicant.home),
        "address": "示例路 1 号",
        "phone": "+86 512 5550 0100",
        "credit": Decimal(applicant.credit),
        "expected_sales": Decimal(applicant.sales),
    }
    applications.send(application=applications.save(application=application, values=values), at=at)

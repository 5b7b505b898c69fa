"""A rebate programme is sent for approval; approved, its action activates it; refused, it is a draft again."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.workflow import FactKind
from channelhub.core.models import User, WorkflowCase
from channelhub.core.services.workflow import cases, definitions
from channelhub.core.services.workflow.registry import Doing, Fact, Process, WorkflowAction
from channelhub.lib.periods import MONTHS_IN, add_months, month_of
from pricing.enums import PeriodKind, ProgrammeStatus
from pricing.errors import NotADraft, NoTermsYet
from pricing.models import ExchangeRate, ProgrammeVersion, RebateProgramme, SalesMonth
from pricing.rules.estimates import expected_payout
from pricing.rules.rebates import Band, Terms, Turnover
from pricing.services import programmes

CODE = "programme_activation"
A_YEAR = 12

PROCESS = Process(
    "pricing.programme_activation",
    _("Activation of a rebate programme"),
    record_type="pricing.rebateprogramme",
    facts={
        "estimated_cost": Fact(FactKind.NUMBER, _("estimated cost a year")),
        "members": Fact(FactKind.NUMBER, _("members")),
        "period": Fact(FactKind.TEXT, _("period"), choices=dict(PeriodKind.choices)),
    },
)


def _activate(doing: Doing) -> None:
    programmes.activate(programme=doing.record)


ACTIVATE = WorkflowAction(
    "pricing.activate_programme", _("Activate the programme"), _activate, record_type="pricing.rebateprogramme"
)

# What ``load_reference`` delivers; people change it as the next version.
DELIVERED = {
    "code": CODE,
    "name": "返利政策启用审批",
    "name_en": "Activation of a rebate programme",
    "process": PROCESS.code,
    "currency": "CNY",
    "steps": (
        {
            "code": "approve",
            "name": "审批",
            "name_en": "Approve the cost",
            "kind": "approval",
            "amount_fact": "estimated_cost",
            "bands": [
                {"up_to": "10000", "role": "", "count": 0},
                {"up_to": "500000", "role": "finance", "count": 1},
                {"up_to": None, "role": "finance", "count": 1},
                {"up_to": None, "role": "management", "count": 1},
            ],
            "deadline_days": 3,
            "escalate_to": "management",
        },
        {
            "code": "activate",
            "name": "启用",
            "name_en": "Activate",
            "kind": "action",
            "after": ["approve"],
            "action": ACTIVATE.name,
            "ends": True,
        },
    ),
}


@transaction.atomic
def send_for_approval(
    *, programme: RebateProgramme, by: User, at: datetime, estimated_cost: Decimal | None
) -> WorkflowCase:
    """Ask those who approve what the programme is expected to cost a year, in its currency; None: not known.

    Until they have decided its terms and members stay as they are. Refused: anything but a draft, a draft without
    terms, and one that is being decided on already.
    """
    held = RebateProgramme.objects.select_for_update().get(pk=programme.pk)
    if held.status != ProgrammeStatus.DRAFT:
        raise NotADraft(held)
    if not held.versions.exists():
        raise NoTermsYet(held)
    definition = definitions.named(CODE)
    limits_in = definitions.require_in_force(definition).currency
    facts = {
        "estimated_cost": converted(limits_in, held.currency, estimated_cost, month_of(at.date())),
        "members": held.members.count(),
        "period": held.period,
    }
    return cases.open_case(definition=definition, subject=str(held), facts=facts, record=held, by=by, at=at)


def converted(limits_in: str, currency: str, amount: Decimal | None, month: date) -> Decimal | None:
    """The amount in the currency of the limits, at the latest known rate; without a rate it is not known."""
    if amount is None or currency == limits_in:
        return amount
    known = ExchangeRate.objects.filter(known_until__isnull=True, month__lte=month).order_by("-month")
    rate = known.filter(currency=currency, to_currency=limits_in).values_list("rate", flat=True).first()
    return None if rate is None else round(amount * rate, 4)


def estimated_cost(*, programme: RebateProgramme, today: date) -> Decimal | None:
    """What the latest terms would pay the members in a year that sells what the last twelve months sold.

    A simple estimate: each member's own sales of the kinds that count, in the programme's currency, spread evenly over
    its periods; all product lines. None: there are no terms.
    """
    version = programme.versions.filter(ends=False, known_until__isnull=True).order_by("-valid_from").first()
    if version is None:
        return None
    this_month = month_of(today)
    rows = SalesMonth.objects.filter(
        partner_id__in=programme.members.values("partner_id"),
        kind__in=version.kinds,
        currency=programme.currency,
        month__gte=add_months(this_month, -A_YEAR),
        month__lt=this_month,
    )
    sums = rows.order_by().values("partner_id").annotate(amount_sum=Sum("amount"), quantity_sum=Sum("quantity"))
    sold = [Turnover(row["amount_sum"], row["quantity_sum"]) for row in sums]
    periods = A_YEAR // MONTHS_IN[programme.period]
    return expected_payout(a_year=sold, terms=_terms(programme, version), periods=periods)


def _terms(programme: RebateProgramme, version: ProgrammeVersion) -> Terms:
    bands = [Band(band.starts_at, band.rate) for band in version.bands.order_by("starts_at")]
    formula = (version.method, version.qualifier, version.pays)
    return Terms(*formula, bands, programme.currency, version.cap, version.floor)

"""Price agreements: with whom and for what; their lines are recorded rows, a change never edits one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from partners.models import Partner, Product, ProductLine
from pricing.enums import IN_MONEY
from pricing.errors import UnknownCurrency
from pricing.models import Agreement, AgreementLine
from pricing.services.price_lists import record

AGREEMENTS = "pricing_agreements_are_recorded"


@dataclass(frozen=True)
class Agreed:
    """What is agreed of a product or product line; shares and factors are numbers (0.05 is five percent)."""

    item: Product | ProductLine
    effect: str
    value: Decimal
    valid_from: date
    valid_through: date | None = None
    min_quantity: Decimal = Decimal(0)
    currency: str = ""


@transaction.atomic
def create_agreement(
    *,
    code: str,
    name: str,
    partner: Partner,
    name_en: str = "",
    with_subtree: bool = False,
    customer: str = "",
    project: str = "",
) -> Agreement:
    """Make an agreement with a partner (and all under it), perhaps for one end customer or project."""
    made = Agreement.objects.create(
        code=code,
        name=name,
        name_en=name_en,
        partner=partner,
        with_subtree=with_subtree,
        customer=customer,
        project=project,
    )
    made.refresh_from_db()
    return made


@transaction.atomic
def agree(*, agreement: Agreement, agreed: Agreed, at: datetime) -> AgreementLine:
    """From a day on this holds for the item from a quantity upwards; what was known for the same day is superseded.

    Refused: money in what is no currency of ISO 4217. To end a line, record it again with its last day.
    """
    if agreed.effect in IN_MONEY and agreed.currency not in known_currencies():
        raise UnknownCurrency(agreed.currency)
    advisory_lock(AGREEMENTS)
    of_product = isinstance(agreed.item, Product)
    key = {
        "agreement": agreement,
        "product": agreed.item if of_product else None,
        "product_line": None if of_product else agreed.item,
        "min_quantity": agreed.min_quantity,
        "valid_from": agreed.valid_from,
    }
    values = {
        "effect": agreed.effect,
        "value": agreed.value,
        "currency": agreed.currency if agreed.effect in IN_MONEY else "",
        "valid_through": agreed.valid_through,
    }
    return record(AgreementLine, key, values, at)

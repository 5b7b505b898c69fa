"""Price lists, their formulas and assignments: recorded rows, a change never edits one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from channelhub.core.errors import VersionChanged
from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from partners.models import Partner, PartnerTier, PartnerType, Product, Territory
from pricing.enums import BreakMode, ListKind, TargetKind
from pricing.errors import (
    BreaksOfAFormula,
    CircularFormula,
    NotAFixedList,
    TargetDoesNotFit,
    TiedAssignments,
    UnknownCurrency,
)
from pricing.models import PriceAssignment, PriceFormula, PriceList, PriceRow
from pricing.models.price_lists import NAMED_BY

Row = TypeVar("Row", bound=models.Model)
Target = Partner | PartnerTier | PartnerType | Territory | None
PRICES = "pricing_prices_are_recorded"  # the lock of everybody who supersedes prices, one or a million


@transaction.atomic
def create_price_list(*, code: str, name: str, currency: str, kind: str = ListKind.FIXED, **more: Any) -> PriceList:
    """Make a list of fixed prices or of a formula.

    ``more``: name_en, break_mode, rounding, rounding_step, amount_step. Refused: what is no currency of ISO 4217, and a
    formula with breaks of its own. Kind, breaks, currency and rounding never change afterwards.
    """
    if currency not in known_currencies():
        raise UnknownCurrency(currency)
    if kind == ListKind.FORMULA and more.get("break_mode", BreakMode.ALL_UNITS) != BreakMode.ALL_UNITS:
        raise BreaksOfAFormula(code)
    made = PriceList.objects.create(code=code, name=name, currency=currency, kind=kind, **more)
    made.refresh_from_db()
    return made


@transaction.atomic
def rename_price_list(
    *, price_list: PriceList, name: str, name_en: str = "", versions: frozenset[int] | None = None
) -> PriceList:
    """Give a list other names; refused when it is in none of the named versions (None: any)."""
    held = PriceList.objects.select_for_update(of=("self",)).get(pk=price_list.pk)
    if versions is not None and held.version not in versions:
        raise VersionChanged(_("The price list has been changed since; read it again."))
    held.name, held.name_en = name, name_en
    held.save(update_fields=["name", "name_en"])
    held.refresh_from_db()
    return held


@transaction.atomic
def set_price(
    *,
    price_list: PriceList,
    product: Product,
    unit_price: Decimal | None,
    valid_from: date,
    at: datetime,
    min_quantity: Decimal = Decimal(1),
) -> PriceRow:
    """From a day on a product costs so much (None: nothing any more) from a quantity upwards, until a later row.

    A row known for the same day is superseded, never edited. Refused: a list that is computed from another.
    """
    if price_list.kind != ListKind.FIXED:
        raise NotAFixedList(price_list)
    advisory_lock(PRICES)
    key = {"price_list": price_list, "product": product, "min_quantity": min_quantity, "valid_from": valid_from}
    return record(PriceRow, key, {"unit_price": unit_price}, at)


@transaction.atomic
def set_formula(
    *, price_list: PriceList, base: PriceList | None, factor: Decimal | None, valid_from: date, at: datetime
) -> PriceFormula:
    """From a day on the list's prices are those of ``base`` times ``factor``; without a base they end.

    Refused: a list with prices of its own, and a list that would be computed from itself, on any day; of two clients
    that would close a circle at once one is told.
    """
    if price_list.kind != ListKind.FORMULA:
        raise NotAFixedList(price_list)
    advisory_lock("pricing_one_formula_known_per_list_and_day")
    with _told("pricing_formulas_never_circle", CircularFormula(price_list)):
        key = {"price_list": price_list, "valid_from": valid_from}
        return record(PriceFormula, key, {"base": base, "factor": factor}, at)


@transaction.atomic
def assign_list(
    *,
    price_list: PriceList | None,
    target_kind: str,
    target: Target = None,
    valid_from: date,
    at: datetime,
    priority: int = 1,
) -> PriceAssignment:
    """From a day on a target is asked this list at a priority; without a list the assignment ends.

    Refused: a target of another kind, and a priority that belongs to another type: for a partner of both it would be
    undecided which list applies. Of two clients that would tie at once one is told.
    """
    advisory_lock("pricing_one_list_known_per_target_priority_and_day")
    key = {**target_columns(target_kind, target), "priority": priority, "valid_from": valid_from}
    with _told("pricing_priority_belongs_to_one_type", TiedAssignments(priority)):
        return record(PriceAssignment, key, {"price_list": price_list}, at)


TARGET_MODELS: dict[str | None, type[models.Model] | None] = {
    "partner": Partner,
    "tier": PartnerTier,
    "type": PartnerType,
    "territory": Territory,
    None: None,
}


def target_columns(target_kind: str, target: Target) -> dict[str, Any]:
    """The columns that name a target; refuses a record that the kind does not ask for."""
    named = NAMED_BY[TargetKind(target_kind)]
    model = TARGET_MODELS[named]
    if (target is None) != (model is None) or (model is not None and not isinstance(target, model)):
        raise TargetDoesNotFit
    columns: dict[str, Any] = {"target_kind": target_kind}
    return columns | dict.fromkeys(("partner", "tier", "type", "territory")) | ({named: target} if named else {})


def record(model: type[Row], key: dict[str, Any], values: dict[str, Any], at: datetime) -> Row:
    """The row that says so from now on: the one known already, or a new one in its place. Hold a lock on the key."""
    rows: models.QuerySet[Any] = models.QuerySet(model)
    same = {f"{name}__isnull": True for name, value in key.items() if value is None}
    same |= {name: value for name, value in key.items() if value is not None}
    known = rows.filter(**same, known_until__isnull=True).first()
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return known
    if known is not None:
        rows.filter(pk=known.pk).update(known_until=at)
    return rows.create(**key, **values, known_from=at)


@contextmanager
def _told(constraint: str, refusal: Exception) -> Iterator[None]:
    """The database's own refusal by that constraint, as what the caller may do differently."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == constraint:
            raise refusal from error
        raise

"""Price revisions as drafts: taken from a list, changed in bulk or row by row, moved, refreshed, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from channelhub.core.models import User
from channelhub.lib import sql
from channelhub.lib.money import smallest_unit
from channelhub.lib.periods import business_day
from partners.models import Product, ProductLine
from pricing.enums import ListKind, RevisionStatus, RoundingMode
from pricing.errors import (
    DayNotAhead,
    MoreDigitsThanCurrency,
    NegativePrices,
    NotAFixedList,
    RevisionElsewhere,
    RevisionInTheWay,
)
from pricing.models import PriceList, PriceRevision, PriceRevisionRow, RevisionNotice
from pricing.models.price_revisions import OPEN
from pricing.rules.price_revisions import PERCENT, PriceChange, fits_currency
from pricing.selectors.net_prices import ROUNDED
from pricing.selectors.price_revisions import IN_FORCE, NAMED, Summary, of_list, skus_of, summary

S = RevisionStatus
CHANGED_ROWS = "revised_rows"
AWAY = "CASE WHEN {0} < 0 THEN floor({0}) ELSE ceil({0}) END"  # a change may mean less than nothing: refused, then


@dataclass(frozen=True)
class Chosen:
    """Which rows of a revision are changed: all, those of a product line with all beneath it, or some by id."""

    product_line: ProductLine | None = None
    rows: Sequence[int] | None = None


ALL = Chosen()


@transaction.atomic
def draft_from_list(
    *,
    price_list: PriceList,
    title: str,
    effective_on: date,
    author: User | None,
    at: datetime,
    reason: str = "",
    code: str = "",
) -> PriceRevision:
    """Draft new prices of a list from a day on: every price that will hold on that day, as old and as new one.

    Without a ``code`` it is called after the list and the day. Refused: a list that is computed from another, a day
    that has begun, and a second open revision of the list for that day.
    """
    if price_list.kind != ListKind.FIXED:
        raise NotAFixedList(price_list)
    require_ahead(effective_on, at)
    _keep_free(price_list, effective_on)
    made = PriceRevision.objects.create(
        code=code or _code(price_list, effective_on),
        title=title,
        price_list=price_list,
        effective_on=effective_on,
        reason=reason,
        author=author,
        drafted_at=at,
    )
    _take_rows(made)
    made.refresh_from_db()
    return made


def _keep_free(price_list: PriceList, day: date) -> None:
    """Hold the list and refuse a day that another revision has; rivals wait for each other."""
    PriceList.objects.select_for_update(of=("self",)).get(pk=price_list.pk)
    if PriceRevision.objects.filter(price_list=price_list, effective_on=day, status__in=OPEN).exists():
        raise RevisionInTheWay(price_list, day)


def _code(price_list: PriceList, day: date) -> str:
    """The list's code and the day; the second one of a day is numbered."""
    stem = f"{price_list.code}-{day:%Y%m%d}"
    taken = set(PriceRevision.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := _numbered(stem, number)) not in taken)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


def _take_rows(revision: PriceRevision) -> int:
    """Prices of the list that the revision does not have yet."""
    return sql.run(
        f"""
        INSERT INTO pricing_pricerevisionrow (revision_id, product_id, min_quantity, old_price, new_price)
        SELECT %(revision)s, f.product_id, f.min_quantity, f.unit_price, f.unit_price FROM ({IN_FORCE}) f
        WHERE f.unit_price IS NOT NULL ORDER BY f.product_id, f.min_quantity
        ON CONFLICT (revision_id, product_id, min_quantity) DO NOTHING
        """,
        of_list(revision),
    )


def require_ahead(day: date, at: datetime) -> None:
    """Refuses a day that has begun: prices change at midnight."""
    if day <= business_day(at):
        raise DayNotAhead(day)


def held(revision: PriceRevision, *states: str) -> PriceRevision:
    """The revision's row, locked; refuses one that is in none of these states."""
    row = PriceRevision.objects.select_for_update(of=("self",)).select_related("price_list").get(pk=revision.pk)
    if states and row.status not in states:
        raise RevisionElsewhere(row)
    return row


def write(row: PriceRevision, **fields: Any) -> PriceRevision:
    """Write some fields of a row that is held; what the database makes of them is read back."""
    PriceRevision.objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


@transaction.atomic
def change_rows(*, revision: PriceRevision, change: PriceChange, chosen: Chosen = ALL) -> int:
    """Change many prices of a draft by a share or an amount, rounded as the list rounds; how many became others.

    All or nothing, in one statement. Refused: anything but a draft, and a change that makes a price negative.
    """
    row = held(revision, S.DRAFT)
    params = of_list(row) | {"value": change.value, "unit": _step(row.price_list)}
    where = _chosen(chosen, params)
    sql.temporary_table(CHANGED_ROWS, _changed(change, row.price_list, where), params, statistics_of=("id",))
    _refuse_negative()
    return sql.run(
        f"UPDATE pricing_pricerevisionrow w SET new_price = t.price FROM {CHANGED_ROWS} t"
        " WHERE w.id = t.id AND w.new_price IS DISTINCT FROM t.price",
    )


def _step(price_list: PriceList) -> Decimal:
    return price_list.rounding_step or smallest_unit(price_list.currency)


def _changed(change: PriceChange, price_list: PriceList, where: str) -> str:
    """The rows with their changed price; ``revised_price`` as SQL."""
    base = "coalesce(w.new_price, w.old_price)" if change.on_top else "w.old_price"
    exact = f"{base} * (1 + %(value)s::numeric)" if change.kind == PERCENT else f"{base} + %(value)s::numeric"
    units = f"(({exact}) / %(unit)s::numeric)"
    rounded = (AWAY if price_list.rounding == RoundingMode.UP else ROUNDED[price_list.rounding]).format(units)
    return f"""
        SELECT w.id, w.product_id, {rounded} * %(unit)s::numeric AS price
        FROM pricing_pricerevisionrow w JOIN partners_product p ON p.id = w.product_id
        JOIN partners_productline l ON l.id = p.line_id
        WHERE w.revision_id = %(revision)s AND {base} IS NOT NULL {where}
    """


def _chosen(chosen: Chosen, params: dict[str, Any]) -> str:
    where = ""
    if chosen.product_line is not None:
        params["path"] = chosen.product_line.path
        where += " AND starts_with(l.path, %(path)s)"
    if chosen.rows is not None:
        params["rows"] = list(chosen.rows)
        where += " AND w.id = ANY (%(rows)s)"
    return where


def _refuse_negative() -> None:
    rows = sql.fetch(f"SELECT product_id FROM {CHANGED_ROWS} WHERE price < 0 ORDER BY id")
    if rows:
        raise NegativePrices(len(rows), skus_of(product for (product,) in rows[:NAMED]))


@transaction.atomic
def set_row(
    *, revision: PriceRevision, product: Product, unit_price: Decimal | None, min_quantity: Decimal = Decimal(1)
) -> PriceRevisionRow:
    """What one product shall cost from a quantity upwards (None: nothing any more), also one that is new on the list.

    Refused: anything but a draft, a negative price, and more digits than the list's currency has.
    """
    row = held(revision, S.DRAFT)
    listed = row.price_list
    if unit_price is not None and unit_price < 0:
        raise NegativePrices(1, [product.sku])
    if unit_price is not None and not fits_currency(
        price=unit_price, step=listed.rounding_step, currency=listed.currency
    ):
        raise MoreDigitsThanCurrency(listed.currency)
    found, _new = PriceRevisionRow.objects.update_or_create(
        revision=row, product=product, min_quantity=min_quantity, defaults={"new_price": unit_price}
    )
    return found


@transaction.atomic
def refresh(*, revision: PriceRevision, at: datetime) -> int:
    """Read the list's prices anew into a draft: changed old prices, and products that came since; how many.

    New prices that somebody set stay; those nobody touched follow the list.
    """
    row = held(revision, S.DRAFT)
    count = sql.run(
        f"""
        UPDATE pricing_pricerevisionrow w SET old_price = t.price,
            new_price = CASE WHEN w.new_price IS DISTINCT FROM w.old_price THEN w.new_price ELSE t.price END
        FROM (
            SELECT o.id, f.unit_price AS price FROM pricing_pricerevisionrow o
            LEFT JOIN ({IN_FORCE}) f USING (product_id, min_quantity) WHERE o.revision_id = %(revision)s
        ) t WHERE w.id = t.id AND w.old_price IS DISTINCT FROM t.price
        """,
        of_list(row),
    )
    count += _take_rows(row)
    write(row, drafted_at=at)
    return count


@transaction.atomic
def reschedule(*, revision: PriceRevision, effective_on: date, at: datetime) -> PriceRevision:
    """Let the new prices begin on another day; what was announced is to be announced again, and agreed to again.

    Refused: what is being decided on, published or ended, a day that has begun, and one that another revision has.
    """
    row = held(revision, S.DRAFT, S.APPROVED, S.ANNOUNCED)
    require_ahead(effective_on, at)
    if effective_on == row.effective_on:
        return row
    _keep_free(row.price_list, effective_on)
    if row.status == S.ANNOUNCED:
        RevisionNotice.objects.filter(revision=row).delete()
        return write(row, effective_on=effective_on, status=S.APPROVED, announced_at=None)
    return write(row, effective_on=effective_on)


@transaction.atomic
def reopen(*, revision: PriceRevision) -> PriceRevision:
    """Make an approved revision a draft again, to be changed and approved anew; refused once it is announced."""
    return write(held(revision, S.APPROVED), status=S.DRAFT)


def after_change(*, revision: PriceRevision, change: PriceChange, chosen: Chosen = ALL) -> tuple[int, Summary]:
    """What ``change_rows`` would do: how many prices become others, and the figures afterwards; nothing stays."""
    with transaction.atomic():
        count = change_rows(revision=revision, change=change, chosen=chosen)
        figures = summary(revision)
        transaction.set_rollback(True)
    return count, figures

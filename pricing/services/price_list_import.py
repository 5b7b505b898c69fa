"""Price lists and their formulas in bulk: rows that name their base by its code, in any order."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.staging import REJECTED, Source, Taken
from channelhub.lib import sql
from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, at_most, date_of, decimal, decimal_of, known, required
from pricing.enums import BreakMode, ListKind, RoundingMode
from pricing.errors import CircularFormula
from pricing.models import PriceFormula, PriceList
from pricing.services.price_lists import set_formula
from pricing.services.recorded_rows import firsts, makers_own, reject_twice

FIELDS = (
    "code",
    "name",
    "name_en",
    "kind",
    "break_mode",
    "currency",
    "rounding",
    "rounding_step",
    "amount_step",
    "base",
    "factor",
    "valid_from",
)
NUMBERS = {"rounding_step": "step", "amount_step": "amounts", "factor": "times"}
CHECKED = "checked_price_lists"
CHECKS: tuple[Check, ...] = (
    *required("code", "name", "currency"),
    *at_most(code=40, name=120, name_en=120),
    Check("kind", "not_a_choice", "t.kind <> '' AND t.kind <> ALL (%(kinds)s)"),
    Check("break_mode", "not_a_choice", "t.break_mode <> '' AND t.break_mode <> ALL (%(breaks)s)"),
    Check("break_mode", "not_a_fixed_list", "t.will_be = 'formula' AND t.break_mode NOT IN ('', 'all_units')"),
    Check("rounding", "not_a_choice", "t.rounding <> '' AND t.rounding <> ALL (%(modes)s)"),
    Check("currency", "unknown_currency", "t.currency <> '' AND t.currency <> ALL (%(currencies)s)"),
    *decimal("rounding_step", "step", digits=13, places=6),
    *decimal("amount_step", "amounts", digits=13, places=6),
    *decimal("factor", "times", digits=6, places=6),
    Check("rounding_step", "not_positive", "t.step <= 0"),
    Check("amount_step", "not_positive", "t.amounts <= 0"),
    Check("factor", "not_positive", "t.times <= 0"),
    Check("base", "not_a_formula", "t.base <> '' AND t.will_be <> 'formula'"),
    Check("base", "required", "t.factor <> '' AND t.base = ''"),
    Check("factor", "required", "t.base <> '' AND t.factor = ''"),
    Check("valid_from", "required", "t.base <> '' AND t.valid_from = ''"),
    known("valid_from", "begins", "not_a_date"),
    Check(
        "code",
        "never_changes",
        "t.list_id IS NOT NULL AND (t.will_be <> t.is_kind OR t.currency <> t.is_currency"
        " OR t.will_break <> t.is_break OR t.will_round <> t.is_rounding OR t.step IS DISTINCT FROM t.is_step"
        " OR t.amounts IS DISTINCT FROM t.is_amounts)",
    ),
)


@dataclass(frozen=True)
class _Formula:
    """One row's formula: list, base, factor, first day."""

    row_no: int
    code: str
    base: str
    factor: Decimal
    valid_from: date


@transaction.atomic
def take_price_lists(source: Source, *, feed: Feed, at: datetime) -> Taken:
    """Make staged lists, give known ones their names, and record formulas.

    Refused: other kind, breaks, currency or rounding of a known list, an unknown base, a circle, a partner's feed.
    """
    makers_own(feed)
    advisory_lock("pricing_price_lists_in_bulk")
    staging.prepare(source)
    params = {
        **source.params,
        "kinds": list(ListKind.values),
        "breaks": list(BreakMode.values),
        "modes": list(RoundingMode.values),
        "currencies": sorted(known_currencies()),
    }
    sql.temporary_table(CHECKED, _checked(source), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    reject_twice(CHECKED, key=("code", "begins"), content=FIELDS[1:], field="code")
    formulas = _formulas_that_hold()
    renamed = _rename()
    changed = _insert() | renamed | _set_formulas(formulas, at)
    rejected = staging.rejected_count()
    return Taken(len(changed), source.rows - len(changed) - rejected, rejected, changed=len(renamed))


def _checked(source: Source) -> str:
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    numbers = ", ".join(f"{decimal_of(f's.{name}')} AS {typed}" for name, typed in NUMBERS.items())
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, {fields}, {numbers}, {date_of("s.valid_from")} AS begins, l.id AS list_id,
                coalesce(nullif(s.kind, ''), l.kind, CASE WHEN s.base = '' THEN 'fixed' ELSE 'formula' END) AS will_be,
                coalesce(nullif(s.rounding, ''), l.rounding, 'half_up') AS will_round,
                coalesce(nullif(s.break_mode, ''), l.break_mode, 'all_units') AS will_break,
                l.kind AS is_kind, l.break_mode AS is_break, l.currency AS is_currency, l.rounding AS is_rounding,
                l.rounding_step AS is_step, l.amount_step AS is_amounts
            FROM {source.relation} s LEFT JOIN pricing_pricelist l ON l.code = s.code
            OFFSET 0
        ) t
    """


def _insert() -> set[int]:
    new = f"({firsts(CHECKED, ('code',))})"
    rows = sql.fetch(f"SELECT t.row_no FROM {new} t WHERE t.list_id IS NULL")
    sql.run(
        f"""
        INSERT INTO pricing_pricelist (code, name, name_en, kind, break_mode, currency, rounding, rounding_step,
            amount_step)
        SELECT t.code, t.name, t.name_en, t.will_be, t.will_break, t.currency, t.will_round, t.step, t.amounts
        FROM {new} t WHERE t.list_id IS NULL ORDER BY t.code COLLATE "C" ON CONFLICT (code) DO NOTHING
        """,
    )
    return {row for (row,) in rows}


def _rename() -> set[int]:
    names = "l.name <> t.name OR l.name_en <> coalesce(nullif(t.name_en, ''), l.name_en)"
    known = f"FROM ({firsts(CHECKED, ('code',))}) t WHERE l.id = t.list_id AND ({names})"
    query = (
        f"UPDATE pricing_pricelist l SET name = t.name, name_en = coalesce(nullif(t.name_en, ''), l.name_en) {known}"
    )
    return {row for (row,) in sql.fetch(f"{query} RETURNING t.row_no")}


def _formulas_that_hold() -> list[_Formula]:
    """The formulas of good rows whose base is a list, or becomes one, and that close no circle; the others are refused.

    Decided before anything is written: a refused row leaves no list behind.
    """
    advisory_lock("pricing_one_formula_known_per_list_and_day")
    rows = sql.fetch(
        f"SELECT t.row_no, t.code, t.base, t.times, t.begins FROM ({firsts(CHECKED, ('code', 'begins'))}) t"
        " WHERE t.base <> '' ORDER BY t.row_no",
    )
    waiting = [_Formula(*row) for row in rows]
    without = sql.fetch(f"SELECT code FROM {CHECKED} WHERE ok AND base = ''")
    codes = {code for (code,) in without} | set(PriceList.objects.values_list("code", flat=True))
    known = PriceFormula.objects.filter(known_until=None).exclude(base=None)
    bases = {(code, day): base for code, day, base in known.values_list("price_list__code", "valid_from", "base__code")}
    accepted_ones: list[_Formula] = []
    while ready := [formula for formula in waiting if formula.base in codes]:
        for formula in ready:
            waiting.remove(formula)
            if _reaches(bases, formula.base, formula.code):
                _refuse(formula, CircularFormula.code)
                continue
            bases[formula.code, formula.valid_from] = formula.base
            codes.add(formula.code)
            accepted_ones.append(formula)
    in_file = {formula.code for formula in waiting}
    for formula in waiting:
        _refuse(formula, "parent_not_taken" if formula.base in in_file else "unknown_code")
    return accepted_ones


def _reaches(bases: dict[tuple[str, date], str], start: str, goal: str) -> bool:
    """Whether a list is computed from another, over any days."""
    seen, ahead = set(), {start}
    while ahead:
        seen |= ahead
        ahead = {base for (code, _), base in bases.items() if code in ahead} - seen
    return goal in seen


def _set_formulas(formulas: list[_Formula], at: datetime) -> set[int]:
    """Record formulas in the order in which none closes a circle; the rows that were new."""
    codes = {code for formula in formulas for code in (formula.code, formula.base)}
    lists = {found.code: found for found in PriceList.objects.filter(code__in=codes)}
    before = PriceFormula.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    changed = set()
    for formula in formulas:
        made = set_formula(
            price_list=lists[formula.code],
            base=lists[formula.base],
            factor=formula.factor,
            valid_from=formula.valid_from,
            at=at,
        )
        changed |= {formula.row_no} if made.pk > before else set()
    return changed


def _refuse(formula: _Formula, rule: str) -> None:
    sql.run(f"INSERT INTO {REJECTED} VALUES (%s, 'base', %s, %s)", [formula.row_no, rule, formula.base])
    sql.run(f"UPDATE {CHECKED} SET ok = false WHERE row_no = %s", [formula.row_no])

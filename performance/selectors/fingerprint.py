"""What the system holds, as hashes: two runs had the same result if their fingerprints are equal.

Over business columns only: no surrogate ids (a reference is its target's natural key), no instants (a nullable one
says whether it is set), nothing of runs. Postings are compared by their sums: how many there are depends on how the
nights fell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Model, UniqueConstraint

from channelhub.lib import sql

# Queues that are empty when all is done, secrets, signs of life, and what people look at: no result of the trade.
LEFT_OUT = frozenset(
    {
        "inventory.stockbatch",
        "partners.apiclient",
        "partners.examattempt",  # questions drawn by chance, named by their ids
        "partners.examkey",
        "partners.staffscope",
        "performance.judgedauthorisation",
        "performance.touchedkpi",
        "pricing.touchedaccount",
    }
)
OF_CORE = ("core.accountingmonth", "core.feed")
APPS = ("partners", "pricing", "inventory", "performance")
# A column that counts, sorts or numbers, and says nothing about the trade.
SURROGATE = frozenset({"version", "path", "numchild", "sort_key", "number", "batch_number"})
KEYS = {
    "core.document": ("sha256", "name"),
    "core.user": ("email",),
    "partners.authorisation": ("partner", "territory", "product_line", "sales_channel", "valid_during"),
    "partners.certificate": ("partner", "level", "user", "shop_name", "valid_during"),
    "partners.contract": ("number",),
    "partners.course": ("level", "name"),
    "partners.depositentry": ("account", "value_on", "kind", "amount", "reference", "booked_in"),
    "partners.examattempt": ("user", "partner", "level", "number"),
    "partners.examquestion": ("course", "text"),
    "performance.reportduty": ("partner", "valid_during"),
    "performance.scorecardversion": ("scorecard", "valid_from", "known_until"),
    "performance.target": ("partner", "territory", "product_line", "kpi", "valid_during", "currency", "known_until"),
    "performance.tierproposal": ("partner", "opened_on", "kind"),
    "performance.tierrules": ("tier", "valid_from", "known_until"),
    "pricing.mapprice": ("product", "currency", "valid_from", "known_until"),
    "pricing.salesbatch": ("feed", "reference"),
    "inventory.stockbatch": ("feed", "reference"),
    "pricing.programmeversion": ("programme", "valid_from", "known_until"),
}
POSTINGS = "pricing.rebateposting"
POSTED = ("by_version", "by_rates", "by_moves", "by_sales", "by_late", "by_returns", "by_manual", "amount")


@dataclass(frozen=True)
class Print:
    """One table's hash and number of rows (of accounts, months and sums for postings)."""

    table: str
    rows: int
    hash: str


def fingerprint() -> list[Print]:
    """The hash of every table that holds a result, in the tables' order."""
    return [_print(model) for model in fingerprinted()]


def fingerprinted() -> list[type[Model]]:
    """Every model whose rows are compared."""
    found = [apps.get_model(label) for label in OF_CORE]
    for app in APPS:
        found += [model for model in apps.get_app_config(app).get_models() if _is_compared(model)]
    return sorted(found, key=lambda model: model._meta.db_table)


def _is_compared(model: type[Model]) -> bool:
    return not hasattr(model, "pgh_tracked_model") and model._meta.label_lower not in LEFT_OUT


def _print(model: type[Model]) -> Print:
    query = _posting_sums() if model._meta.label_lower == POSTINGS else _rows(model)
    [(rows, digest)] = sql.fetch(
        "SELECT count(*), coalesce(md5(string_agg(md5(line), '' ORDER BY line COLLATE \"C\")), '')"
        f" FROM ({query}) AS compared (line)",
    )
    return Print(model._meta.db_table, rows, digest)


def _rows(model: type[Model]) -> str:
    """A query of one text per row; the natural key first, so that the order is by it."""
    fields = _key_fields(model) + [field for field in model._meta.concrete_fields if field not in _key_fields(model)]
    columns = [_text(field, "t", count(1)) for field in fields if _is_business(field)]
    return f"SELECT {_joined(columns)} FROM {sql.quoted(model._meta.db_table)} t"


def _posting_sums() -> str:
    """Per account and month of knowledge and booking: the sum of each cause."""
    model = apps.get_model(POSTINGS)
    keys = [_text(model._meta.get_field(name), "t", count(1)) for name in ("account", "known_in", "booked_in")]
    sums = [f"trim_scale(sum(t.{sql.quoted(name)}))::text" for name in POSTED]
    return (
        f"SELECT {_joined(keys + sums)} FROM {sql.quoted(model._meta.db_table)} t"
        " GROUP BY t.account_id, t.known_in, t.booked_in HAVING " + " OR ".join(f"sum(t.{n}) <> 0" for n in POSTED)
    )


def _joined(columns: list[str]) -> str:
    return " || '|' || ".join(f"coalesce({column}, '-')" for column in columns)


def _is_business(field: models.Field) -> bool:
    if field.primary_key and isinstance(field, models.AutoField):
        return False
    if isinstance(field, models.DateTimeField) and not field.null:
        return False
    return field.name not in SURROGATE and not field.name.endswith("_path") and field.name != "run_on"


def _text(field: models.Field, alias: str, numbers: Iterator[int]) -> str:
    """A column as text that two databases agree on."""
    column = f"{alias}.{sql.quoted(str(field.column))}"
    if field.remote_field is not None or field.name == "partner_id":
        target = field.related_model or apps.get_model("partners.partner")
        return _key_of(target, column, numbers)
    if isinstance(field, models.DateTimeField):
        return f"({column} IS NOT NULL)::text"
    if isinstance(field, models.DecimalField):
        return f"trim_scale({column})::text"
    if isinstance(field, models.BinaryField):
        return f"encode({column}, 'hex')"
    return f"{column}::text"


def _key_of(target: type[Model], column: str, numbers: Iterator[int]) -> str:
    """The natural key of the row that a column points to."""
    alias = f"k{next(numbers)}"
    key = _key_fields(target)
    if not key:
        raise LookupError(f"{target._meta.label} has no natural key: name one in KEYS")
    columns = [_text(field, alias, numbers) for field in key]
    own = sql.quoted(str(target._meta.pk.column))
    return (
        f"(SELECT {_joined(columns)} FROM {sql.quoted(target._meta.db_table)} {alias} WHERE {alias}.{own} = {column})"
    )


def _key_fields(model: type[Model]) -> list[Any]:
    """The fields that name a row: by KEYS, a primary key that is no number, a unique field, a unique constraint."""
    meta = model._meta
    if meta.label_lower in KEYS:
        return [meta.get_field(name) for name in KEYS[meta.label_lower]]
    if not isinstance(meta.pk, models.AutoField):
        return [meta.pk]
    unique = [field for field in meta.concrete_fields if field.unique and not field.primary_key]
    unique = [field for field in unique if field.name not in SURROGATE]
    if unique:
        return unique[:1]
    return [meta.get_field(name) for name in _constrained(model)]


def _constrained(model: type[Model]) -> Sequence[str]:
    """The fields of the first unconditional unique constraint; none: the rows have no natural key."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None and "id" not in constraint.fields:
            return constraint.fields
    return ()

"""Price agreements in bulk: each row an agreement and one line of it; the agreement is made by the first."""

from datetime import datetime

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.staged_codes import StagedCode, kinds_coded
from channelhub.core.services.staging import Source, Taken
from channelhub.lib import sql
from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, at_most, date_of, decimal, decimal_of, known, required
from pricing.enums import IN_MONEY, AgreementEffect
from pricing.services.agreements import AGREEMENTS
from pricing.services.recorded_rows import enter_recorded, firsts, makers_own, reject_twice

WORDS = ("code", "name", "name_en", "partner", "with_subtree", "customer", "project")
FIELDS = (
    *WORDS,
    "product",
    "product_line",
    "effect",
    "value",
    "currency",
    "min_quantity",
    "valid_from",
    "valid_through",
)
NUMBERS = {"value": "much", "min_quantity": "low"}
YES = ("yes", "no")
MONEY = ", ".join(f"'{effect}'" for effect in sorted(IN_MONEY))
CHECKED = "checked_agreements"
KEY = ("code", "product_id", "line_id", "from_quantity", "begins")
CHECKS: tuple[Check, ...] = (
    *required("code", "name", "partner", "effect", "value", "valid_from"),
    *at_most(code=40, name=120, name_en=120, customer=60, project=60),
    known("partner", "partner_id"),
    known("product", "product_id"),
    known("product_line", "line_id"),
    Check("product", "one_of_two", "(t.product = '') = (t.product_line = '')"),
    Check("with_subtree", "not_a_choice", "t.with_subtree <> '' AND t.with_subtree <> ALL (%(yes)s)"),
    known("valid_from", "begins", "not_a_date"),
    known("valid_through", "ends", "not_a_date"),
    Check("valid_through", "ends_before_it_starts", "t.ends < t.begins"),
    *(check for name, typed in NUMBERS.items() for check in decimal(name, typed, digits=13, places=6)),
    *(Check(name, "negative", f"t.{typed} < 0") for name, typed in NUMBERS.items()),
    Check("effect", "not_a_choice", "t.effect <> '' AND t.effect <> ALL (%(effects)s)"),
    Check("value", "too_large", "t.effect = 'percent_off' AND t.much > 1"),
    Check("value", "not_positive", "t.effect = 'list_factor' AND t.much = 0"),
    Check("currency", "required", "t.effect = ANY (%(in_money)s) AND t.currency = ''"),
    Check("currency", "unknown_currency", "t.currency <> '' AND t.currency <> ALL (%(currencies)s)"),
    Check(
        "code",
        "never_changes",
        "t.agreement_id IS NOT NULL AND (t.is_partner <> t.partner_id OR t.is_customer <> t.customer"
        " OR t.is_project <> t.project OR t.is_subtree <> (t.with_subtree = 'yes'))",
    ),
)


@transaction.atomic
def take_agreements(source: Source, *, feed: Feed, at: datetime) -> Taken:
    """Make staged agreements and record their lines; what is known already is unchanged, another value supersedes.

    Refused: lines without meaning, another partner, customer, project or reach of a known agreement, unknown codes, a
    partner's feed.
    """
    makers_own(feed)
    advisory_lock(AGREEMENTS)
    staging.prepare(source)
    params = {
        **source.params,
        "feed": feed.pk,
        "yes": list(YES),
        "effects": list(AgreementEffect.values),
        "in_money": sorted(IN_MONEY),
        "currencies": sorted(known_currencies()),
    }
    sql.temporary_table(CHECKED, _checked(source, feed), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    reject_twice(CHECKED, key=("code",), content=("partner_id", "with_subtree", "customer", "project"), field="code")
    reject_twice(CHECKED, key=KEY, content=("effect", "much", "currency", "ends"), field="code")
    _make()
    taken = _record(at)
    rejected = staging.rejected_count()
    return Taken(taken, source.rows - taken - rejected, rejected)


def _checked(source: Source, feed: Feed) -> str:
    coded = kinds_coded(feed, ("partner", "product", "product_line"))
    tables = {
        "partner": ("partners_partner", "code"),
        "product": ("partners_product", "sku"),
        "product_line": ("partners_productline", "code"),
    }
    codes = {name: StagedCode(name, name, *table, source=source, coded=coded) for name, table in tables.items()}
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    numbers = ", ".join(f"{decimal_of(f's.{name}')} AS {typed}" for name, typed in NUMBERS.items())
    return f"""
        SELECT t.*, coalesce(t.low, 0) AS from_quantity, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, {fields}, {numbers}, {date_of("s.valid_from")} AS begins,
                {date_of("s.valid_through")} AS ends, {codes["partner"].found("id")} AS partner_id,
                {codes["product"].found("id")} AS product_id, {codes["product_line"].found("id")} AS line_id,
                a.id AS agreement_id, a.partner_id AS is_partner, a.with_subtree AS is_subtree,
                a.customer AS is_customer, a.project AS is_project
            FROM {source.relation} s LEFT JOIN pricing_agreement a ON a.code = s.code
            {" ".join(code.joins() for code in codes.values())}
            OFFSET 0
        ) t
    """


def _make() -> None:
    sql.run(
        f"""
        INSERT INTO pricing_agreement (code, name, name_en, partner_id, with_subtree, customer, project)
        SELECT t.code, t.name, t.name_en, t.partner_id, t.with_subtree = 'yes', t.customer, t.project
        FROM ({firsts(CHECKED, ("code",))}) t WHERE t.agreement_id IS NULL ORDER BY t.code COLLATE "C"
        """,
    )


def _record(at: datetime) -> int:
    wanted = f"SELECT t.*, a.id AS made_id FROM ({firsts(CHECKED, KEY)}) t JOIN pricing_agreement a USING (code)"
    return enter_recorded(
        "pricing_agreementline",
        wanted,
        key={
            "agreement_id": "t.made_id",
            "product_id": "t.product_id",
            "product_line_id": "t.line_id",
            "min_quantity": "t.from_quantity",
            "valid_from": "t.begins",
        },
        values={
            "valid_through": "t.ends",
            "effect": "t.effect",
            "value": "t.much",
            "currency": f"CASE WHEN t.effect IN ({MONEY}) THEN t.currency ELSE '' END",
        },
        match=(
            "r.agreement_id = t.made_id AND r.product_id IS NOT DISTINCT FROM t.product_id"
            " AND r.product_line_id IS NOT DISTINCT FROM t.line_id AND r.min_quantity = t.from_quantity"
            " AND r.valid_from = t.begins"
        ),
        at=at,
    )

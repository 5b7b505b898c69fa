import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from channelhub.lib import locks, sql

AWKWARD = [
    (1, None, "tab\there", Decimal("1.50"), date(2026, 1, 2), True),
    (2, "", "back\\slash\nline\r", Decimal(-3), None, False),
    (3, "\\N", "经销商", Decimal(0), date(2026, 12, 31), None),
]


@pytest.fixture
def staging(db):
    kinds = {"id": "int", "a": "text", "b": "text", "amount": "numeric", "day": "date", "flag": "boolean"}
    sql.create_staging("sql_test_staging", kinds)
    return "sql_test_staging", list(kinds)


def test_copied_rows_come_back_as_they_were(staging):
    table, columns = staging

    copied = sql.copy_rows(table, columns, AWKWARD)

    assert copied == 3
    assert sql.fetch(f"SELECT * FROM {table} ORDER BY id") == AWKWARD


def test_many_rows_are_copied_in_a_stream(staging):
    table, _ = staging

    sql.copy_rows(table, ["id", "a"], ((n, "x" * 50) for n in range(5000)))

    assert sql.fetch_one(f"SELECT sum(id) FROM {table}") == sum(range(5000))


def test_a_csv_file_is_copied_as_it_is(staging):
    table, _ = staging

    sql.copy_file(table, ["id", "a"], io.StringIO('id,a\n1,"x, y"\n2,z\n'))

    assert sql.fetch(f"SELECT id, a FROM {table} ORDER BY id") == [(1, "x, y"), (2, "z")]


def test_a_temporary_table_is_kept_until_the_transaction_ends(db):
    for _ in range(2):
        rows = sql.temporary_table("sql_test_days", "SELECT g AS n FROM generate_series(1, %s) g", [7])
        sql.discard_plans()

    assert rows == 7
    assert sql.fetch_one("SELECT sum(n) FROM sql_test_days") == 28


def test_no_row_is_none(db):
    assert sql.fetch_one("SELECT 1 WHERE false") is None


@pytest.mark.django_db(transaction=True)
def test_an_advisory_lock_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="no transaction is open"):
        locks.advisory_lock("a_rule_of_ours")


@pytest.mark.django_db(transaction=True)
def test_a_shared_lock_excludes_only_the_exclusive_one():
    rival = connection.copy()
    try:
        with transaction.atomic(), rival.cursor() as cursor:
            locks.advisory_lock("a_rule_of_ours", shared=True)
            key = [locks.lock_key("a_rule_of_ours")]
            answers = []
            for function in ("pg_try_advisory_xact_lock", "pg_try_advisory_xact_lock_shared"):
                cursor.execute(f"SELECT {function}(%s)", key)
                answers.append(cursor.fetchone()[0])

        assert answers == [False, True]
    finally:
        rival.close()


def test_a_free_lock_is_taken_without_waiting(db):
    assert locks.try_advisory_lock("a_rule_of_ours")
    assert locks.try_advisory_lock("a_rule_of_ours", shared=True)


def test_the_key_of_a_lock_never_changes():
    assert locks.lock_key("partners_one_parent_per_partner_per_day") == 1602169013552941877

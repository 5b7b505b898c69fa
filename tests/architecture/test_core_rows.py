"""Core knows no partners: whose a row of core is, partners' migrations tie to the partner by a foreign key."""

import pytest
from django.apps import apps
from django.db import connection

FOREIGN_KEYS = """
    SELECT c.conrelid::regclass::text FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'f' AND c.confrelid = 'partners_partner'::regclass AND a.attname = 'partner_id'
        AND c.conrelid::regclass::text LIKE 'core\\_%%'
"""


@pytest.mark.django_db
def test_every_row_of_core_with_a_partner_id_is_tied_to_the_partner():
    models = apps.get_app_config("core").get_models()
    named = {m._meta.db_table for m in models if any(f.column == "partner_id" for f in m._meta.concrete_fields)}
    # Events of the audit trail keep what once was; their partner may be erased.
    expected = {table for table in named if not table.endswith("event")}

    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS)
        tied = {row[0] for row in cursor.fetchall()}

    assert tied == expected

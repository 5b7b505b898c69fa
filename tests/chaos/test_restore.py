"""Dump, a new cluster, `fence`: every constraint, trigger and policy is there, and the night goes on."""

import re

import pytest

from tests.chaos.place import Servers, fingerprint

pytestmark = pytest.mark.chaos
CATALOGUE = {
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "policies": "SELECT tablename, policyname, roles::text, cmd, qual FROM pg_policies",
    "row security": "SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind = 'r'",
    "grants": "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
    " WHERE grantee = 'channelhub_dealer'",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "functions": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    " AND prokind = 'f'",
}
READ_AS_DEALER = """
import django; django.setup()
from django.db import connection
from channelhub.core.enums.fence import FenceClass
from channelhub.core.services import fence, fence_setup
from partners.models import Partner
from partners.selectors.standing import subtree_of
from channelhub.core.services.fence import Standing
from datetime import date

acme = Partner.objects.get(code="P003")
standing = Standing(acme.pk, subtree_of(acme.pk, date(2029, 4, 2)))
seen = {}
for table, (kind, columns) in sorted(fence_setup.classes().items()):
    if kind in (FenceClass.OWN, FenceClass.SUBTREE, FenceClass.PARTIES):
        inside = (acme.pk,) if kind is FenceClass.OWN else standing.subtree
        condition = " OR ".join(f"{column} = ANY (%s)" for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}", [list(inside)] * len(columns))
            own = cursor.fetchone()[0]
            cursor.execute(f"SELECT count(*) FROM {table}")
            everything = cursor.fetchone()[0]
        with fence.fenced(standing), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            seen[table] = (cursor.fetchone()[0], own, everything)
wrong = {table: counts for table, counts in seen.items() if counts[0] != counts[1]}
assert not wrong, wrong
print(sum(1 for counts in seen.values() if 0 < counts[1] < counts[2]))
"""


@pytest.fixture
def new_cluster(tmp_path):
    servers = Servers(tmp_path / "new")
    servers.start()
    yield servers
    servers.remove()


def catalogue(servers, database):
    return {
        kind: sorted(tuple(map(plain, row)) for row in servers.ask(query, database=database))
        for kind, query in CATALOGUE.items()
    }


def plain(value):
    """A definition without the casts of text and the brackets that PostgreSQL writes otherwise after a restore."""
    return re.sub(r"::(character varying|text)(\(\d+\))?(\[\])?|[()\s]", "", value) if isinstance(value, str) else value


def test_after_a_restore_and_the_fence_everything_stands_and_the_night_goes_on(
    servers,
    copied,
    undisturbed,
    new_cluster,
    tmp_path,
):
    database = copied("dumped")
    servers.manage("nightly", "--date", "2029-04-03", "--step", "rollup", database=database)
    dump = tmp_path / "dump.sql"
    _, complaint = servers.program("pg_dump", "-d", database, "-f", str(dump))
    assert complaint == ""

    new_cluster.ask("CREATE DATABASE dumped")
    _, complaints = new_cluster.program("psql", "-XqAt", "-d", "dumped", "-f", str(dump))
    fresh = {line for line in complaints.splitlines() if "ERROR" in line and "channelhub_dealer" not in line}
    new_cluster.manage("fence", database="dumped")

    assert fresh == set()
    assert catalogue(new_cluster, "dumped") == catalogue(servers, database)
    assert int(new_cluster.run("-c", READ_AS_DEALER, database="dumped")) > 3
    new_cluster.manage("nightly", database="dumped")
    assert fingerprint(new_cluster, "dumped") == undisturbed.fingerprint

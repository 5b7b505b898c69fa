"""The fence's own mechanism; the attacks on every table and page stand in test_fence_attacks.py."""

import pytest
from django.db import ProgrammingError, connection, transaction

from channelhub.core.services import fence, fence_setup
from channelhub.core.services.fence import Standing
from partners.models import Partner, Placement

pytestmark = pytest.mark.django_db


@pytest.fixture
def partners():
    return [Partner.objects.create(code=code, name=code) for code in ("acme", "beta", "carla")]


def seen():
    return sorted(Partner.objects.values_list("code", flat=True))


def test_a_dealer_sees_its_own_subtree_only(partners):
    acme, beta, _ = partners

    with fence.fenced(Standing(acme.pk, (acme.pk, beta.pk))):
        inside = seen()

    assert (inside, seen()) == (["acme", "beta"], ["acme", "beta", "carla"])


def test_nobody_sees_nothing(partners):
    with fence.fenced(fence.NOBODY):
        assert seen() == []


def test_a_service_computes_on_all_facts_and_the_fence_stands_again_afterwards(partners):
    acme = partners[0]

    with fence.fenced(Standing(acme.pk, (acme.pk,))):
        with fence.unfenced():
            in_service = seen()
        after = seen()

    assert (in_service, after) == (["acme", "beta", "carla"], ["acme"])


def test_inside_the_fence_nothing_is_written(partners):
    acme = partners[0]

    with fence.fenced(Standing(acme.pk, (acme.pk,))), pytest.raises(ProgrammingError), transaction.atomic():
        Partner.objects.filter(pk=acme.pk).update(name="changed")


def _change_and_refuse(partner):
    with fence.unfenced():
        Partner.objects.filter(pk=partner.pk).update(name="changed")
        raise LookupError


def test_a_refusal_in_a_service_leaves_nothing_and_the_fence_standing(partners):
    acme = partners[0]

    with fence.fenced(Standing(acme.pk, (acme.pk,))):
        with pytest.raises(LookupError):
            _change_and_refuse(acme)
        assert (seen(), Partner.objects.get().name) == (["acme"], "acme")


def test_an_exception_brings_the_owners_rights_back(partners):
    with pytest.raises(LookupError), fence.fenced(fence.NOBODY):
        raise LookupError

    assert (fence.fence(), len(seen())) == (None, 3)


def test_every_table_has_a_class():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
        )
        tables = {row[0] for row in cursor.fetchall()}

    without = {table for table in tables if fence_setup.classes().get(table, (None,))[0] is None}

    assert without == set()


def test_setting_the_fence_twice_changes_nothing():
    assert fence_setup.set_fence() == fence_setup.set_fence()


def test_placements_of_others_stay_hidden(partners):
    acme, beta, carla = partners
    Placement.objects.create(partner=carla, parent=beta, valid_during=("2026-01-01", None))

    with fence.fenced(Standing(acme.pk, (acme.pk,))):
        assert Placement.objects.count() == 0

"""ETag and If-Match: nobody overwrites what he has not seen."""

import threading

import pytest
from django.db import connection

from partners.models import Partner
from partners.rules.sorting import sort_key
from tests.factories.api import erp
from tests.factories.partners import make_partner, make_territory

pytestmark = pytest.mark.django_db


def url_of(partner):
    return f"/api/v1/partners/partners/{partner.pk}/"


def patch(caller, partner, change, version):
    headers = {} if version is None else {"If-Match": version}
    return caller.patch(url_of(partner), change, content_type="application/json", headers=headers)


def test_a_change_needs_the_version_it_changes(acme):
    answer = patch(erp(), acme, {"phone": "1"}, None)

    assert (answer.status_code, answer.json()["code"]) == (428, "version_required")


def test_a_change_in_the_current_version_is_made_and_answered_with_the_new_one(acme):
    caller = erp()
    before = caller.get(url_of(acme))

    answer = patch(caller, acme, {"name": "阿克梅", "phone": "1"}, before["ETag"])

    assert (before["ETag"], answer.status_code, answer["ETag"]) == ('"1"', 200, '"2"')
    assert answer.json() == {**before.json(), "name": "阿克梅", "phone": "1", "updated_at": answer.json()["updated_at"]}
    assert caller.get(url_of(acme))["ETag"] == '"2"'
    assert Partner.objects.get().sort_key == sort_key("阿克梅")


@pytest.mark.parametrize("version", ['"1"', '"7"', 'W/"2"', '"x"', "nonsense", '"' + "9" * 40 + '"'])
def test_a_change_in_another_version_is_refused(acme, version):
    caller = erp()
    patch(caller, acme, {"phone": "1"}, "*")

    answer = patch(caller, acme, {"phone": "2"}, version)

    assert (answer.status_code, answer.json()["code"]) == (412, "version_changed")
    assert Partner.objects.get().phone == "1"


@pytest.mark.parametrize("version", ["*", '"1"', '"0", "1"'])
def test_a_change_may_name_several_versions_or_any(acme, version):
    assert patch(erp(), acme, {"phone": "1"}, version).status_code == 200


def test_a_change_that_changes_nothing_is_no_new_version(acme):
    assert patch(erp(), acme, {"name": "Acme"}, '"1"')["ETag"] == '"1"'
    assert patch(erp(), acme, {}, '"1"')["ETag"] == '"1"'


@pytest.mark.parametrize(("tags", "status"), [('"1"', 304), ('W/"1"', 304), ("*", 304), ('"2"', 200), ("", 200)])
def test_who_has_the_version_is_not_sent_it_again(acme, tags, status):
    answer = erp().get(url_of(acme), headers={"If-None-Match": tags})

    assert (answer.status_code, answer["ETag"], bool(answer.content)) == (status, '"1"', status == 200)


def test_a_partners_client_changes_nobody(acme):
    answer = patch(erp(partner=acme), acme, {"phone": "1"}, "*")

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


def test_a_dealer_reads_by_session_and_changes_nothing(as_anna, acme, other_partner):
    assert [as_anna.get(url_of(p)).status_code for p in (acme, other_partner)] == [200, 404]
    assert patch(as_anna, acme, {"phone": "1"}, "*").status_code == 403


def test_staff_changes_by_session_what_its_role_allows(as_staff, acme):
    assert patch(as_staff, acme, {"phone": "1"}, "*").status_code == 200


def test_a_manager_of_a_territory_finds_no_partner_of_another(client, acme):
    from tests.factories.partners import make_staff

    north, south = make_territory("north"), make_territory("south")
    near, far = make_partner("near", home=north), make_partner("far", home=south)
    client.force_login(make_staff("north@maker.example", territories=[north]))

    assert [client.get(url_of(p)).status_code for p in (near, far)] == [200, 404]


@pytest.mark.django_db(transaction=True)
def test_of_many_changes_to_one_version_one_is_made():
    partner = make_partner("contested")
    callers, answers = [erp() for _ in range(6)], []

    def change(number):
        answers.append(patch(callers[number], partner, {"phone": str(number)}, '"1"').status_code)
        connection.close()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, 412, 412, 412, 412, 412]
    assert Partner.objects.get(code="contested").version == 2

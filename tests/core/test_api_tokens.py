"""Client credentials: who gets a token, for what, and how it ends."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from channelhub.core.models import User
from partners.errors import ScopeNotForPartners, UnknownScope
from partners.models import ApiClient
from partners.services import api_clients
from tests.factories.api import ask_for_token, basic, erp, make_client, with_token

pytestmark = pytest.mark.django_db
PARTNERS = "/api/v1/partners/partners/"


def tokens():
    return get_access_token_model().objects


def test_a_client_gets_a_token_for_its_own_scopes():
    client, secret = make_client(scopes=["sales:read", "partners:read"])

    answer = ask_for_token(client.client_id, secret)

    body = answer.json()
    assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    assert set(body["scope"].split()) == {"sales:read", "partners:read"}
    assert answer["Cache-Control"] == "no-store"


def test_a_client_may_ask_for_less_but_not_for_more():
    client, secret = make_client(scopes=["sales:read", "partners:read"])

    less = ask_for_token(client.client_id, secret, scope="sales:read")
    more = ask_for_token(client.client_id, secret, scope="sales:read sales:write")

    assert (less.status_code, less.json()["scope"]) == (200, "sales:read")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


def test_secret_and_token_are_stored_hashed_only():
    client, secret = make_client()
    token = ask_for_token(client.client_id, secret).json()["access_token"]

    client.refresh_from_db()

    assert client.client_secret.startswith("client_secret$")
    assert secret not in client.client_secret
    assert check_password(secret, client.client_secret)
    assert [row.token for row in tokens().all()] == [""]
    assert token not in str(tokens().values().get())


def test_a_wrong_secret_is_refused():
    client, _ = make_client()

    answer = ask_for_token(client.client_id, "wrong")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert "WWW-Authenticate" in answer.headers


def test_an_unknown_client_is_refused():
    assert ask_for_token("nobody", "secret").status_code == 401


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "implicit"])
def test_only_client_credentials_are_granted(grant):
    client, secret = make_client()

    answer = ask_for_token(client.client_id, secret, grant_type=grant, username="a", password="b", code="c")

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_public_client_cannot_exist():
    client, _ = make_client()
    ApiClient.objects.filter(pk=client.pk)

    with pytest.raises(IntegrityError, match="partners_api_client_has_a_secret_and_client_credentials_only"):
        ApiClient.objects.filter(pk=client.pk).update(client_type="public")


def test_the_token_endpoint_answers_get_with_a_problem():
    answer = Client().get("/api/o/token/")

    assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (405, "application/problem+json", "POST")


def test_a_client_has_a_machine_user_without_password_and_a_feed(acme):
    client, _ = make_client(partner=acme, name="Acme's ERP")

    user = client.user
    assert (user.is_machine, user.is_staff, user.has_usable_password()) == (True, False, False)
    assert (client.feed.partner_id, client.feed.name) == (acme.pk, "Acme's ERP")


def test_scopes_are_known_ones_and_those_of_the_maker_are_not_for_partners(acme):
    with pytest.raises(UnknownScope):
        make_client(scopes=["everything"])
    with pytest.raises(ScopeNotForPartners):
        make_client(partner=acme, scopes=["partners:write"])


def test_a_new_secret_ends_the_old_one_and_its_tokens():
    client, old = make_client()
    caller = with_token(ask_for_token(client.client_id, old).json()["access_token"])

    new = api_clients.rotate_secret(client=client)

    assert caller.get(PARTNERS).status_code == 401
    assert ask_for_token(client.client_id, old).status_code == 401
    assert ask_for_token(client.client_id, new).status_code == 200


def test_a_revoked_client_is_out_at_once():
    client, secret = make_client()
    caller = with_token(ask_for_token(client.client_id, secret).json()["access_token"])

    api_clients.revoke_client(client=client)

    assert caller.get(PARTNERS).status_code == 401
    assert ask_for_token(client.client_id, secret).status_code == 401


def expire(client):
    tokens().filter(application=client).update(expires=timezone.now() - timedelta(seconds=1))


def lose_its_client(client):
    tokens().filter(application=client).update(application=None)


def deactivate(client):
    User.objects.filter(pk=client.user_id).update(is_active=False)


def lose_its_user(client):
    ApiClient.objects.filter(pk=client.pk).update(user=None)


def lose_the_owners_rights(client):
    User.objects.filter(pk=client.user_id).update(is_staff=False)


@pytest.mark.parametrize("end", [expire, lose_its_client, deactivate, lose_its_user, lose_the_owners_rights])
def test_a_token_that_ended_is_refused(end):
    caller = erp()
    before = caller.get(PARTNERS).status_code

    end(caller.system)
    after = caller.get(PARTNERS)

    assert (before, after.status_code, after.json()["code"]) == (200, 401, "invalid_token")
    assert after["WWW-Authenticate"] == 'Bearer realm="ChannelHub", error="invalid_token"'


@pytest.mark.parametrize("bearer", ["", "unknown", "a b c", "ÿ"])
def test_an_unknown_token_is_refused(bearer):
    assert Client(HTTP_AUTHORIZATION=f"Bearer {bearer}").get(PARTNERS).status_code == 401


def test_without_a_token_the_answer_says_how_to_come_in():
    answer = Client().get(PARTNERS)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer["WWW-Authenticate"] == 'Bearer realm="ChannelHub"'


def test_a_scope_taken_from_the_client_is_gone_from_its_tokens():
    caller = erp()

    ApiClient.objects.filter(pk=caller.system.pk).update(scopes=["sales:read"])
    answer = caller.get(PARTNERS)

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="partners:read"' in answer["WWW-Authenticate"]


def test_a_token_is_nothing_outside_the_api():
    caller = erp()

    answers = [caller.get(path) for path in ("/admin/", "/admin/partners/partner/")]

    assert [(a.status_code, "login" in a.get("Location", "")) for a in answers] == [(302, True)] * 2


def test_the_secret_check_takes_no_second():
    client, secret = make_client()
    started = timezone.now()

    for _ in range(5):
        ask_for_token(client.client_id, secret)

    assert timezone.now() - started < timedelta(seconds=2)


def test_credentials_in_the_body_are_accepted_too():
    client, secret = make_client()
    data = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}

    assert Client().post("/api/o/token/", data).status_code == 200


def test_a_broken_basic_header_is_refused():
    for header in ("Basic", "Basic !!!", basic("a\x00b", "c")):
        answer = Client(HTTP_AUTHORIZATION=header).post("/api/o/token/", {"grant_type": "client_credentials"})
        assert answer.status_code == 401

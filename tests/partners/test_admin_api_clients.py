import pytest
from django.urls import reverse

from partners.models import ApiClient
from partners.services import api_clients

pytestmark = pytest.mark.django_db
LIST = "/admin/partners/apiclient/"


def test_a_new_client_shows_its_secret_once(as_staff, acme):
    data = {"name": "Acme ERP", "partner": acme.pk, "scopes": ["sales:read", "sales:write"]}

    shown = as_staff.post(reverse("admin:partners_apiclient_new"), data)

    client = ApiClient.objects.get()
    assert (client.partner, client.scopes) == (acme, ["sales:read", "sales:write"])
    secret = shown.context["secret"]
    assert client.client_secret != secret
    for address in (LIST, reverse("admin:partners_apiclient_change", args=[client.pk])):
        page = as_staff.get(address).content.decode()
        assert (secret in page, client.client_secret in page) == (False, False)


def test_a_scope_of_the_maker_is_refused_to_a_partners_client(as_staff, acme):
    data = {"name": "Acme ERP", "partner": acme.pk, "scopes": ["partners:write"]}

    response = as_staff.post(reverse("admin:partners_apiclient_new"), data)

    assert response.context["form"].non_field_errors() == ["These scopes are for the maker's own systems."]
    assert ApiClient.objects.count() == 0


def test_a_secret_is_replaced_and_a_client_revoked(as_staff):
    client, old = api_clients.create_client(name="ERP", partner=None, scopes=["sales:read"])

    new = as_staff.post(reverse("admin:partners_apiclient_rotate", args=[client.pk])).context["secret"]
    as_staff.post(reverse("admin:partners_apiclient_revoke", args=[client.pk]))

    client.refresh_from_db()
    assert new != old
    assert client.user.is_active is False

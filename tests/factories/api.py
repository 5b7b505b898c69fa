"""Systems that call the API."""

from base64 import b64encode
from itertools import count

from django.conf import settings
from django.test import Client

from partners.services import api_clients

ALL_SCOPES = tuple(settings.API_SCOPES)
_keys = count(1)


def make_client(*, partner=None, scopes=None, name="ERP"):
    """An API client and its secret; of the maker without a partner."""
    if scopes is None:
        scopes = [s for s in ALL_SCOPES if partner is None or s not in api_clients.MAKER_ONLY]
    return api_clients.create_client(name=name, partner=partner, scopes=scopes)


def basic(client_id, secret):
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


def ask_for_token(client_id, secret, **data):
    return Client().post(
        "/api/o/token/",
        {"grant_type": "client_credentials", **data},
        headers={"Authorization": basic(client_id, secret)},
    )


def with_token(token):
    return Client(headers={"Authorization": f"Bearer {token}"})


def erp(*, partner=None, scopes=None):
    """A caller that holds a token of a new client."""
    client, secret = make_client(partner=partner, scopes=scopes)
    caller = with_token(ask_for_token(client.client_id, secret).json()["access_token"])
    caller.system = client
    return caller


def new_key():
    """A header that makes a writing request idempotent."""
    return {"Idempotency-Key": f"test-{next(_keys)}"}

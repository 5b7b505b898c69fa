"""Clients of the API: made, given a new secret, shut out. By administrators only."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import get_access_token_model

from channelhub.core.models import Feed, User
from partners.errors import ScopeNotForPartners, UnknownScope
from partners.models import ApiClient, Partner

MAKER_ONLY = frozenset({"partners:write", "contracts:write", "prices:write", "performance:write", "findings:read"})


@transaction.atomic
def create_client(*, name: str, partner: Partner | None, scopes: Sequence[str]) -> tuple[ApiClient, str]:
    """Make a client with its machine user and its feed; answers it with its secret, which is told only now.

    ``partner`` None: a system of the maker. Refuses unknown scopes, and to a partner's client those of the maker.
    """
    _refuse_scopes(scopes, partner)
    client_id, secret = generate_client_id(), generate_client_secret()
    user = User.objects.create_user(
        f"{client_id.lower()}@machines.invalid",
        name=name,
        is_machine=True,
        is_staff=partner is None,
    )
    feed = Feed.objects.create(
        code=f"api-{user.pk}",
        name=name,
        partner_id=None if partner is None else partner.pk,
    )
    client = ApiClient.objects.create(
        client_id=client_id,
        client_secret=secret,
        name=name,
        user=user,
        feed=feed,
        partner=partner,
        scopes=sorted(set(scopes)),
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
    )
    return client, secret


@transaction.atomic
def rotate_secret(*, client: ApiClient) -> str:
    """A new secret, told only now; the old one and every token got with it end at once."""
    secret = generate_client_secret()
    client.client_secret = secret
    client.save(update_fields=["client_secret", "updated"])
    get_access_token_model().objects.filter(application=client).delete()
    return secret


@transaction.atomic
def revoke_client(*, client: ApiClient) -> None:
    """End the client's access at once: its tokens are gone and its machine user may act no more. Its feed stays."""
    User.objects.filter(pk=client.user_id).update(is_active=False)
    get_access_token_model().objects.filter(application=client).delete()


def _refuse_scopes(scopes: Sequence[str], partner: Partner | None) -> None:
    unknown = set(scopes) - set(settings.API_SCOPES)
    if unknown:
        raise UnknownScope(f"Unknown: {' '.join(sorted(unknown))}.")
    if partner is not None and MAKER_ONLY & set(scopes):
        raise ScopeNotForPartners("These scopes are for the maker's own systems.")

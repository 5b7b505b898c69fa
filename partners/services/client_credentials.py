"""What the token endpoint asks: is this a client of ours, and for what may it ask."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import SettingsScopes

from partners.models import ApiClient


class Validator(OAuth2Validator):
    """Clients whose machine user may still act, by id and secret; public clients do not exist."""

    def _load_application(self, client_id: str, request: Any) -> ApiClient | None:
        client = super()._load_application(client_id, request)
        if client is not None and not (client.user is not None and client.user.is_active):
            request.client = client = None
        return client

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return False


class ClientScopes(SettingsScopes):
    """A client may ask for its own scopes; asking for none gets all of them."""

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return [] if application is None else list(application.scopes)

    get_default_scopes = get_available_scopes

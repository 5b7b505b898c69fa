from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission

PERMISSION_VERBS = {"GET": "view", "HEAD": "view", "OPTIONS": "view", "POST": "add", "DELETE": "delete"}


def scopes_of(view) -> list[str]:
    """The scopes the view's current action asks for: ``required_scopes`` is a list, or a dict by action."""
    scopes = view.required_scopes
    return scopes[view.action] if isinstance(scopes, dict) else scopes


class Scoped(BasePermission):
    """A token needs the action's scopes, and its client must still have them. A dealer's session reads; a staff
    session needs the role's permission on the model; neither asks the database inside the fence.
    """

    def has_permission(self, request, view):
        if not request.user.is_authenticated:
            return False
        if view.action in (None, "metadata"):  # a method the resource does not have: 405 follows
            return True
        if request.auth is not None:
            return self._token_allows(request.auth, scopes_of(view))
        return self._session_allows(request, view)

    def _token_allows(self, token, scopes) -> bool:
        granted = set(token.scope.split()) & set(token.application.scopes)
        missing = sorted(set(scopes) - granted)
        if missing:
            refusal = exceptions.PermissionDenied(f"The token lacks: {' '.join(missing)}.", code="insufficient_scope")
            wanted = " ".join(scopes)
            refusal.auth_header = f'Bearer realm="ChannelHub", error="insufficient_scope", scope="{wanted}"'
            raise refusal
        return True

    def _session_allows(self, request, view) -> bool:
        acting = request.user.acting
        method = "GET" if view.action in view.reading_actions else request.method
        if acting.standing is not None:
            return method in SAFE_METHODS
        meta = view.get_queryset().model._meta
        verb = PERMISSION_VERBS.get(method, "change")
        return request.user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}")

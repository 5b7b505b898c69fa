"""Who calls was settled by ``ActingMiddleware``, outside the fence; here it is only believed."""

from rest_framework import authentication, exceptions


class BearerAuthentication(authentication.BaseAuthentication):
    """A machine user with its token; a token that was refused is refused here, as 401."""

    def authenticate(self, request):
        acting = request._request.acting  # noqa: SLF001  # set by our middleware on Django's request
        if acting.token_refused:
            raise exceptions.AuthenticationFailed("The token is unknown, expired or revoked.", code="invalid_token")
        return (acting.user, acting.token) if acting.token is not None else None

    def authenticate_header(self, request):
        refused = request._request.acting.token_refused  # noqa: SLF001
        return 'Bearer realm="ChannelHub"' + (', error="invalid_token"' if refused else "")


class SessionAuthentication(authentication.SessionAuthentication):
    """A person who is signed in to portal or admin; CSRF holds for whatever is not safe."""

    def authenticate(self, request):
        acting = request._request.acting  # noqa: SLF001
        if acting.token is not None or acting.token_refused:
            return None
        if not (acting.user.is_authenticated and acting.user.is_active):
            return None
        self.enforce_csrf(request)
        return (acting.user, None)

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from channelhub.core.models import User
from channelhub.core.services import viewing
from channelhub.core.services.mails import language_of

YEAR = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation, never by signing up."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def render_mail(self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None) -> Any:
        """In the language the recipient reads, not in that of whoever asked."""
        user = context.get("user")
        with translation.override(language_of(user if isinstance(user, User) else None)):
            return super().render_mail(template_prefix, email, context, headers)

    def format_email_subject(self, subject: str) -> str:
        return subject

    def logout(self, request: HttpRequest) -> None:
        """Whoever looks as a dealer stops looking with the session."""
        if request.user.is_authenticated and request.user.is_staff:
            viewing.stop(user=request.user, at=timezone.now())
        super().logout(request)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Pages speak the language the person chose before, on this browser too."""
        response = super().post_login(request, user, **kwargs)
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=YEAR, samesite="Lax")
        return response


def choose_language(*, user: User, language: str) -> User:
    """Remember the language a person reads; refused by the settings' list before it comes here."""
    user.language = language
    user.save(update_fields=["language"])
    return user

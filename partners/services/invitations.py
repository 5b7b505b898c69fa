"""The letter to a person who may act for a partner from now on, with the way to a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from channelhub.core.models import User
from channelhub.core.services import mails
from partners.models import Membership


def invite(*, membership_id: int) -> bool:
    """Write to the person of a membership: who lets it in, as what, and how to set a password if it has none."""
    membership = Membership.objects.select_related("partner", "user", "role").get(pk=membership_id)
    link = mails.address(_way_in(membership.user))
    return mails.send(user=membership.user, template="invitation", membership=membership, link=link)


def _way_in(user: User) -> str:
    if user.has_usable_password() and user.last_login is not None:
        return reverse("account_login")
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])

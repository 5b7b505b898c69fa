from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models import Feed
from partners.models.partners import Partner


class ApiClient(AbstractApplication):
    """A system that reads and writes over the API: the maker's ERP (no partner) or a partner's own.

    ``user`` is its machine user, ``feed`` the source its records come from, ``scopes`` the most it may ask for.
    """

    fence = FenceClass.STAFF

    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="api_clients",
        verbose_name=_("partner"),
    )
    feed = models.OneToOneField(Feed, models.PROTECT, related_name="api_client", verbose_name=_("feed"))
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"), default=list)

    class Meta(AbstractApplication.Meta):
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        constraints = [
            models.CheckConstraint(
                name="partners_api_client_has_a_secret_and_client_credentials_only",
                condition=Q(
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    hash_client_secret=True,
                ),
            ),
        ]

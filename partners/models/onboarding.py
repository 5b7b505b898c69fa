import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.enums import AccessState, ApplicationState
from partners.models.partners import Partner, PartnerType
from partners.models.scoped import OwnScopedQuerySet


@pghistory.track()
class OnboardingTrack(models.Model):
    """Which process brings in companies of a type: its steps are data, designed and published as versions.

    A type without a row, or whose process has no published version, cannot be applied for. Set by channel managers.
    """

    fence = FenceClass.STAFF

    type = models.OneToOneField(PartnerType, models.PROTECT, related_name="track", verbose_name=_("partner type"))
    definition = models.ForeignKey(
        "core.WorkflowDefinition", models.PROTECT, related_name="tracks", verbose_name=_("process")
    )
    is_open = models.BooleanField(
        _("companies may apply"), default=True, help_text=_("Closed: not offered on the public page.")
    )

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.type_id} {self.definition_id}"


class ApplicationQuerySet(OwnScopedQuerySet):
    """The staff of a territory sees the applications from there; those without a territory are everybody's.

    What has become a partner is seen by whoever sees the partner.
    """

    def _in_territories(self, paths):
        inside = Q(territory__isnull=True)
        for path in paths:
            inside |= Q(territory__path__startswith=path)
        of_partners = super()._in_territories(paths).values("pk")
        return self.filter(Q(inside, partner__isnull=True) | Q(pk__in=of_partners))

    def sent(self):
        return self.exclude(state=ApplicationState.DRAFT)


@pghistory.track(exclude=["version", "updated_at", "link_key"])
class PartnerApplication(Versioned):
    """A company that wants to become a partner, as it described itself. Never deleted.

    Written by the applicant by its secret link (``link_key`` is part of it) until it is sent; what comes later stands
    in the steps of its case. ``partner``: what it became.
    """

    fence = FenceClass.OWN

    type = models.ForeignKey(PartnerType, models.PROTECT, related_name="applications", verbose_name=_("partner type"))
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT, editable=False
    )
    company = models.CharField(_("company"), max_length=200)
    company_en = models.CharField(_("company in English"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    company_number = models.CharField(_("company number"), max_length=40, blank=True)
    territory = models.ForeignKey(
        "partners.Territory", models.PROTECT, verbose_name=_("territory"), null=True, blank=True, related_name="+"
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=120)
    contact_email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language of letters"), max_length=10, blank=True)
    credit = models.DecimalField(_("credit asked for"), max_digits=20, decimal_places=4, null=True, blank=True)
    expected_sales = models.DecimalField(
        _("expected sales a year"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    about = models.TextField(_("about the company"), blank=True)
    partner = models.OneToOneField(
        Partner,
        models.PROTECT,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        editable=False,
        related_name="application",
    )
    apart_from = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("other companies"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Partners that are like it and of which somebody said that they are others."),
    )
    link_key = models.CharField(max_length=43, editable=False)
    begun_at = models.DateTimeField(_("begun at"), editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.CheckConstraint(name="partners_application_state_known", condition=Q(state__in=ApplicationState)),
            models.CheckConstraint(
                name="partners_application_is_a_draft_until_sent",
                condition=Q(state=ApplicationState.DRAFT, sent_at__isnull=True)
                | Q(state=ApplicationState.WITHDRAWN)
                | (~Q(state=ApplicationState.DRAFT) & Q(sent_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="partners_application_ends_once",
                condition=Q(state__in=(ApplicationState.DRAFT, ApplicationState.RUNNING), ended_at__isnull=True)
                | (~Q(state__in=(ApplicationState.DRAFT, ApplicationState.RUNNING)) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="partners_application_active_is_a_partner",
                condition=~Q(state=ApplicationState.ACTIVE) | Q(partner__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="partners_application_changes"),
            models.Index(fields=["partner", "updated_at", "id"], name="partners_application_of_own"),
            models.Index(fields=["state", "sent_at"], name="partners_application_by_state"),
        ]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"A{self.pk} {self.company}"


@pghistory.track()
class AccessRequest(models.Model):
    """Somebody without access asks to act for a partner; an owner of that partner lets it in or declines.

    Whoever asks never learns whether the partner exists. Answered once; kept.
    """

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="access_requests", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    note = models.CharField(_("what for"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=10, choices=AccessState, default=AccessState.OPEN)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "core.User", models.PROTECT, verbose_name=_("answered by"), null=True, blank=True, related_name="+"
    )

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        constraints = [
            models.CheckConstraint(name="partners_access_request_state_known", condition=Q(state__in=AccessState)),
            models.CheckConstraint(
                name="partners_access_request_is_answered_once",
                condition=Q(state=AccessState.OPEN, answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(state=AccessState.OPEN) & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["partner", "email"],
                condition=Q(state=AccessState.OPEN),
                name="partners_access_request_one_open_per_person_and_partner",
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.pk} {self.email}"

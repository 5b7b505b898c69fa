from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.models import Partner, Product, ProductLine, Territory
from partners.models.scoped import PartnerScopedQuerySet
from performance.enums import FindingKind, FindingState
from performance.models.kpis import derived_key
from pricing.models import SalesLine


class FindingQuerySet(PartnerScopedQuerySet):
    """Findings are for the staff: no dealer sees what is suspected of it or of others."""

    def visible_to(self, user: Any) -> Self:
        acting = getattr(user, "acting", None)
        if acting is None or acting.standing is not None:
            return self.none()
        return super().visible_to(user)

    def still_open(self) -> Self:
        return self.filter(state=FindingState.OPEN)


@pghistory.track(exclude=["version", "updated_at"])
class Finding(Versioned):
    """Something that looks wrong in a partner's month, with its lines as evidence and the damage they add up to.

    Of one kind: sales into one territory and product line, or of one product. Opened and added to by the night;
    confirmed or dismissed with a reason by a person. What is decided stays: new lines open another finding
    (``number``). ``damage`` and ``lines`` are the sums of its lines that still stand.
    """

    fence = FenceClass.STAFF

    kind = models.CharField(_("kind"), max_length=20, choices=FindingKind)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="findings", verbose_name=_("partner"))
    other_partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("other party")
    )
    month = models.DateField(_("month"))
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product line")
    )
    sold_into = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory sold into")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    currency = models.CharField(_("currency"), max_length=3)
    number = models.PositiveSmallIntegerField(_("number"), db_default=1)
    damage = models.DecimalField(_("estimated damage"), max_digits=23, decimal_places=4, db_default=0)
    lines = models.IntegerField(_("lines"), db_default=0)
    state = models.CharField(_("state"), max_length=10, choices=FindingState, db_default=FindingState.OPEN)
    reason = models.TextField(_("reason of the decision"), blank=True, db_default="")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    first_seen_at = models.DateTimeField(_("first seen"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "partner", "month", "product_line", "sold_into", "product", "currency", "number"],
                name="performance_finding_numbered_within_its_key",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["kind", "partner", "month", "product_line", "sold_into", "product", "currency"],
                condition=Q(state__in=[FindingState.OPEN, FindingState.WITHDRAWN]),
                name="performance_one_undecided_finding_per_key",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="performance_finding_kind_known", condition=Q(kind__in=FindingKind)),
            models.CheckConstraint(name="performance_finding_state_known", condition=Q(state__in=FindingState)),
            models.CheckConstraint(
                name="performance_finding_decision_has_person_and_reason",
                condition=~Q(state__in=[FindingState.CONFIRMED, FindingState.DISMISSED])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
                violation_error_message=_("A decision needs a reason."),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="performance_finding_changes"),
            models.Index(fields=["state", "-damage"], name="performance_finding_by_damage"),
        ]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.pk} {self.get_kind_display()}"


class FindingLine(models.Model):
    """A sales line as evidence, with the damage it did. Written by the night only.

    ``cleared_at``: the line is no longer wrong (reversed, an authorisation or a price was changed); it stays readable
    and no longer counts. ``limit``: the minimum price it fell short of, when it was judged.
    """

    fence = FenceClass.STAFF

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="evidence", verbose_name=_("finding"))
    kind = models.CharField(_("kind"), max_length=20, choices=FindingKind)
    line = derived_key(SalesLine, verbose_name=_("sales line"))
    damage = models.DecimalField(_("estimated damage"), max_digits=23, decimal_places=4)
    limit = models.DecimalField(_("minimum price"), max_digits=19, decimal_places=6, null=True)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a finding")
        verbose_name_plural = _("lines of findings")
        constraints = [
            models.UniqueConstraint(fields=["line", "kind"], name="performance_line_is_evidence_once_per_kind"),
        ]

    def __str__(self):
        return f"{self.finding_id} {self.line_id}"


class JudgedAuthorisation(models.Model):
    """An authorisation as the last judgement knew it: compared with today's, it shows whose lines to judge again."""

    fence = FenceClass.STAFF

    authorisation_id = models.BigIntegerField(primary_key=True)
    partner = derived_key(Partner, verbose_name=_("partner"))
    known_version = models.IntegerField(_("version"))

    class Meta:
        verbose_name = _("judged authorisation")
        verbose_name_plural = _("judged authorisations")

    def __str__(self):
        return f"{self.authorisation_id} v{self.known_version}"

from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.models import Partner, PartnerTier
from partners.models.scoped import PartnerScopedQuerySet
from performance.enums import Comparison, ProposalKind, ProposalState, TierWindow
from pricing.models.rates import recorded_once


class TierRulesQuerySet(models.QuerySet):
    """Rules by what is known now."""

    def known(self) -> Self:
        return self.filter(known_until__isnull=True)


@pghistory.track()
class TierRules(models.Model):
    """What a tier asks of partners from a day on, until later rules start. Recorded, never edited.

    ``needed``: so many of the criteria that are not mandatory. ``grace_days``: from the warning to the
    loss of the tier. ``settled_days``: so long a partner stands in it before its loss is proposed.
    """

    fence = FenceClass.SHARED

    tier = models.ForeignKey(PartnerTier, models.PROTECT, related_name="rules", verbose_name=_("tier"))
    valid_from = models.DateField(_("valid from"))
    needed = models.PositiveSmallIntegerField(_("so many of the others"), default=0)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=90)
    settled_days = models.PositiveSmallIntegerField(_("days before it can be lost"), default=180)
    known_from = models.DateTimeField(_("known from"), db_default=Now(), editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)

    objects = TierRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules of a tier")
        verbose_name_plural = _("rules of tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "valid_from"],
                condition=Q(known_until__isnull=True),
                name="performance_one_version_of_tier_rules_known_per_day",
            ),
        ]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.tier_id} from {self.valid_from}"


@pghistory.track()
class TierCriterion(models.Model):
    """One thing a tier asks: a metric over a window, at least or at most a threshold; mandatory or one of several.

    ``metric``: a code of ``selectors.tier_metrics``. ``currency``: the one money is counted in.
    """

    fence = FenceClass.SHARED

    rules = models.ForeignKey(TierRules, models.PROTECT, related_name="criteria", verbose_name=_("rules"))
    position = models.PositiveSmallIntegerField(_("position"))
    metric = models.CharField(_("metric"), max_length=40)
    window = models.CharField(_("window"), max_length=10, choices=TierWindow)
    months = models.PositiveSmallIntegerField(_("over months"), default=0)
    comparison = models.CharField(_("comparison"), max_length=10, choices=Comparison)
    threshold = models.DecimalField(_("threshold"), max_digits=19, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    mandatory = models.BooleanField(_("mandatory"), default=True)

    class Meta:
        verbose_name = _("criterion of a tier")
        verbose_name_plural = _("criteria of tiers")
        constraints = [
            models.UniqueConstraint(fields=["rules", "position"], name="performance_tier_criteria_in_order"),
            models.UniqueConstraint(
                fields=["rules", "metric", "window", "months", "currency", "comparison"],
                name="performance_tier_criterion_once_per_metric_and_window",
            ),
            models.CheckConstraint(name="performance_tier_window_known", condition=Q(window__in=TierWindow)),
            models.CheckConstraint(name="performance_tier_comparison_known", condition=Q(comparison__in=Comparison)),
            models.CheckConstraint(
                name="performance_only_a_trailing_tier_window_has_months",
                condition=Q(window=TierWindow.TRAILING, months__gte=1, months__lte=24)
                | (~Q(window=TierWindow.TRAILING) & Q(months=0)),
            ),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.metric} {self.comparison} {self.threshold}"


class TierProposalQuerySet(PartnerScopedQuerySet):
    """Proposals are for the staff; a dealer is told what was decided, and of a grace period by its own page."""

    def visible_to(self, user: Any) -> Self:
        acting = getattr(user, "acting", None)
        if acting is None or acting.standing is not None:
            return self.none()
        return super().visible_to(user)

    def still_open(self) -> Self:
        return self.filter(state=ProposalState.OPEN)


@pghistory.track(exclude=["version", "updated_at"])
class TierProposal(Versioned):
    """What the review proposes for a partner's tier: up, down or out, with its reasons as judged criteria.

    Opened, brought up to date and withdrawn by the night; decided once by a person. ``grace_until``: before that day a
    tier is not taken away. ``reasons``: the typed steps of ``rules.tiers``, as of ``reviewed_on``.
    """

    fence = FenceClass.STAFF

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="tier_proposals", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=10, choices=ProposalKind)
    from_tier = models.ForeignKey(
        PartnerTier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from tier")
    )
    to_tier = models.ForeignKey(
        PartnerTier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to tier")
    )
    rules = models.ForeignKey(TierRules, models.PROTECT, related_name="+", verbose_name=_("rules"))
    reasons = models.JSONField(_("reasons"))
    opened_on = models.DateField(_("opened on"))
    reviewed_on = models.DateField(_("as of"))
    grace_until = models.DateField(_("grace until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, db_default=ProposalState.OPEN)
    first_day = models.DateField(_("takes effect on"), null=True, blank=True)
    reason = models.TextField(_("reason of the decision"), blank=True, db_default="")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = TierProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier proposal")
        verbose_name_plural = _("tier proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(state=ProposalState.OPEN),
                name="performance_one_open_tier_proposal_per_partner",
            ),
            models.CheckConstraint(name="performance_tier_proposal_kind_known", condition=Q(kind__in=ProposalKind)),
            models.CheckConstraint(name="performance_tier_proposal_state_known", condition=Q(state__in=ProposalState)),
            models.CheckConstraint(
                name="performance_only_an_exit_leads_to_no_tier",
                condition=Q(kind=ProposalKind.EXIT, to_tier__isnull=True)
                | (~Q(kind=ProposalKind.EXIT) & Q(to_tier__isnull=False)),
            ),
            models.CheckConstraint(
                name="performance_a_tier_is_not_taken_without_grace",
                condition=Q(kind=ProposalKind.PROMOTION) | Q(grace_until__isnull=False),
            ),
            models.CheckConstraint(
                name="performance_tier_decision_has_person_and_time",
                condition=Q(
                    state__in=(ProposalState.ACCEPTED, ProposalState.DECLINED),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | (~Q(state__in=(ProposalState.ACCEPTED, ProposalState.DECLINED)) & Q(decided_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="performance_declined_tier_proposal_has_reason",
                condition=~Q(state=ProposalState.DECLINED) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="performance_proposal_changes"),
            models.Index(fields=["partner", "-opened_on"], name="performance_proposal_own"),
        ]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.partner_id} {self.kind} {self.opened_on}"

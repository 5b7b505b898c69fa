import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.models import Partner, Product
from partners.models.scoped import OwnScopedQuerySet
from pricing.enums import ConsentState, RevisionStatus
from pricing.models.price_lists import PriceList, StaffQuerySet

S = RevisionStatus
OPEN = (S.DRAFT, S.SUBMITTED, S.APPROVED, S.ANNOUNCED, S.PUBLISHED)
ANSWERED = (ConsentState.GIVEN, ConsentState.DECLINED, ConsentState.SETTLED)
ROWS_STAY = """
    IF EXISTS (
        SELECT FROM pricing_pricerevision r
        WHERE r.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.revision_id ELSE NEW.revision_id END AND r.status <> 'draft'
    ) THEN RAISE EXCEPTION 'the prices of a revision that was submitted never change' USING ERRCODE = '23514';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""


@pghistory.track(exclude=["version", "updated_at"])
class PriceRevision(Versioned):
    """New prices of one list from the midnight of a business day on: drafted, approved, announced, published.

    Published, its prices stand in the list as rows that start in the future: nothing has to run for them to take
    effect. ``drafted_at``: the moment as of which the old prices were read. One list is revised once a day.
    """

    fence = FenceClass.STAFF

    code = models.CharField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="revisions", verbose_name=_("price list"))
    effective_on = models.DateField(_("effective on"))
    status = models.CharField(_("state"), max_length=10, choices=S, default=S.DRAFT, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    author = models.ForeignKey(
        "core.User", models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("author")
    )
    drafted_at = models.DateTimeField(_("prices as known at"), db_default=Now(), editable=False)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("reverted or withdrawn at"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("ended by")
    )
    ended_reason = models.CharField(_("reason of the end"), max_length=300, blank=True, editable=False)
    reverted_from = models.DateField(_("old prices again from"), null=True, blank=True, editable=False)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("price revision")
        verbose_name_plural = _("price revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "effective_on"],
                condition=Q(status__in=OPEN),
                name="pricing_a_list_is_revised_once_a_day",
            ),
            models.CheckConstraint(name="pricing_revision_status_known", condition=Q(status__in=S)),
            models.CheckConstraint(
                name="pricing_revision_is_announced_before_it_is_published",
                condition=~Q(status__in=[S.ANNOUNCED, S.PUBLISHED]) | Q(announced_at__isnull=False),
            ),
            models.CheckConstraint(
                name="pricing_revision_published_has_its_moment",
                condition=~Q(status__in=[S.PUBLISHED, S.REVERTED]) | Q(published_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="pricing_revision_changes"),
            models.Index(fields=["price_list", "effective_on"], name="pricing_revision_of_list"),
        ]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.code} {self.title}"


class PriceRevisionRow(models.Model):
    """What one product costs now and shall cost from the revision's day on, from a quantity upwards.

    ``old_price`` empty: the list has no price; ``new_price`` empty: the price ends. Changed while it is a draft only.
    """

    fence = FenceClass.STAFF

    revision = models.ForeignKey(
        PriceRevision, models.CASCADE, related_name="rows", verbose_name=_("price revision"), db_index=False
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    min_quantity = models.DecimalField(_("from quantity"), max_digits=19, decimal_places=6, default=1)
    old_price = models.DecimalField(_("old price"), max_digits=19, decimal_places=6, null=True, blank=True)
    new_price = models.DecimalField(_("new price"), max_digits=19, decimal_places=6, null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("price of a revision")
        verbose_name_plural = _("prices of revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "product", "min_quantity"], name="pricing_revision_names_a_price_once"
            ),
            models.CheckConstraint(
                name="pricing_revised_price_not_negative",
                condition=Q(new_price__isnull=True) | Q(new_price__gte=0),
            ),
            models.CheckConstraint(name="pricing_revised_break_positive", condition=Q(min_quantity__gt=0)),
        ]
        indexes = [
            models.Index(
                fields=["revision", "id"],
                condition=~Q(new_price=F("old_price")),
                name="pricing_revision_changed_rows",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="submitted_prices_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ROWS_STAY,
            ),
        ]

    def __str__(self):
        return f"{self.revision_id} {self.product_id} {self.min_quantity}"


@pghistory.track(exclude=["version", "updated_at"])
class RevisionNotice(Versioned):
    """That a partner was told of a revision, what its contract asks for, and what it said to it.

    ``earliest_on``: the first day on which the contract's notice lets new prices hold. ``settled``: a manager found
    another way with a partner that does not agree, and says which.
    """

    fence = FenceClass.OWN

    revision = models.ForeignKey(
        PriceRevision, models.PROTECT, related_name="notices", verbose_name=_("price revision")
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    announced_on = models.DateField(_("announced on"))
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), default=0)
    earliest_on = models.DateField(_("earliest day"))
    consent = models.CharField(_("consent"), max_length=10, choices=ConsentState, default=ConsentState.NOT_NEEDED)
    decided_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    person = models.CharField(_("name"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=300, blank=True)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement of new prices")
        verbose_name_plural = _("announcements of new prices")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "partner"], name="pricing_a_partner_is_told_once_of_a_revision"
            ),
            models.CheckConstraint(
                name="pricing_consent_has_a_person_and_a_time",
                condition=Q(consent__in=ANSWERED, decided_by__isnull=False, decided_at__isnull=False)
                | (Q(consent__in=[ConsentState.NOT_NEEDED, ConsentState.PENDING]) & Q(decided_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="pricing_notice_changes")]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.revision_id} {self.partner_id} {self.consent}"

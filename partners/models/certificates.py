from datetime import date
from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.enums import Certified
from partners.models.academy import CertificationLevel
from partners.models.catalogue import ProductLine
from partners.models.exams import ExamAttempt
from partners.models.partners import Partner
from partners.models.scoped import OwnScopedQuerySet
from partners.models.tiers import PartnerTier

WITHDRAWAL = ("withdrawn_at", "withdrawn_by_id", "withdrawn_reason")


class CertificateQuerySet(OwnScopedQuerySet):
    """Certificates by what they are worth on a day; who has left a partner is another question."""

    def in_force(self, on: date) -> Self:
        return self.filter(valid_during__contains=on, withdrawn_at__isnull=True)


@pghistory.track(exclude=["version", "updated_at"])
class Certificate(Versioned):
    """A person of a partner, the partner itself or a shop of it is certified for a level, until a day.

    Issued and withdrawn by ``services.certification``; nothing else of it ever changes. ``number`` cannot be guessed:
    whoever has it may ask the public page. ``person`` is the name as it was then.
    """

    fence = FenceClass.OWN

    number = models.CharField(_("number"), max_length=16, unique=True)
    level = models.ForeignKey(
        CertificationLevel, models.PROTECT, related_name="certificates", verbose_name=_("certification level")
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="certificates", verbose_name=_("partner"))
    certified = models.CharField(_("who is certified"), max_length=10, choices=Certified)
    user = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    person = models.CharField(_("name"), max_length=120, blank=True)
    shop_name = models.CharField(_("shop"), max_length=200, blank=True)
    shop_address = models.CharField(_("shop's address"), max_length=300, blank=True)
    valid_during = DateRangeField(_("period"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    attempt = models.OneToOneField(
        ExamAttempt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificate",
        verbose_name=_("try at an exam"),
    )
    audit = models.TextField(_("what the audit found"), blank=True)
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("renews")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                name="partners_certificate_names_its_holder",
                condition=Q(Q(certified=Certified.PERSON, user__isnull=False, shop_name="") & ~Q(person=""))
                | Q(certified=Certified.PARTNER, user__isnull=True, person="", shop_name="")
                | Q(Q(certified=Certified.SHOP, user__isnull=True, person="") & ~Q(shop_name="") & ~Q(shop_address="")),
            ),
            models.CheckConstraint(
                name="partners_certificate_has_a_first_and_a_last_day",
                condition=Q(
                    valid_during__isempty=False,
                    valid_during__startswith__isnull=False,
                    valid_during__endswith__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="partners_certificate_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="partners_certificate_changes"),
            models.Index(fields=["partner", "level"], name="partners_certificates_of_one"),
        ]
        triggers = [
            version_trigger(),
            never_deleted(),
            pgtrigger.Trigger(
                name="issued_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                IF OLD.withdrawn_at IS NOT NULL
                   OR to_jsonb(NEW) - '{{{",".join((*WITHDRAWAL, "version", "updated_at"))}}}'::text[]
                   IS DISTINCT FROM to_jsonb(OLD) - '{{{",".join((*WITHDRAWAL, "version", "updated_at"))}}}'::text[]
                THEN
                    RAISE EXCEPTION 'a certificate is only ever withdrawn' USING ERRCODE = '23514';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return self.number


@pghistory.track(exclude=["version", "updated_at"])
class CertificationRequirement(Versioned):
    """Partners of a tier, or authorised for a product line, need so many certified at a level or above.

    Edited by channel managers. ``needed``: so many people, shops, or the partner itself. A line's requirement holds for
    all beneath it too.
    """

    fence = FenceClass.SHARED

    tier = models.ForeignKey(
        PartnerTier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tier")
    )
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product line")
    )
    level = models.ForeignKey(
        CertificationLevel, models.PROTECT, related_name="requirements", verbose_name=_("certification level")
    )
    needed = models.PositiveSmallIntegerField(_("how many"), default=1)

    class Meta:
        verbose_name = _("certification requirement")
        verbose_name_plural = _("certification requirements")
        constraints = [
            models.CheckConstraint(
                name="partners_requirement_of_a_tier_or_a_line",
                condition=Q(tier__isnull=False, product_line__isnull=True)
                | Q(tier__isnull=True, product_line__isnull=False),
                violation_error_message=_("Name a tier or a product line, not both."),
            ),
            models.CheckConstraint(
                name="partners_requirement_asks_for_somebody",
                condition=Q(needed__gte=1),
                violation_error_message=_("At least one."),
            ),
            models.UniqueConstraint(
                fields=["tier", "product_line", "level"],
                name="partners_each_requirement_once",
                nulls_distinct=False,
                violation_error_message=_("There is such a requirement already."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="partners_requirement_changes")]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.tier_id or self.product_line_id}: {self.needed} x {self.level_id}"


class CertificateWarning(models.Model):
    """The night warned that a certificate ends: 90, 30 or 7 days before, and what would be lost. Append-only."""

    fence = FenceClass.STAFF

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="warnings", verbose_name=_("certificate"))
    days = models.PositiveSmallIntegerField(_("days before"))
    warned_on = models.DateField(_("warned on"))
    lost = models.JSONField(_("what would be lost"), default=list)

    class Meta:
        verbose_name = _("warning before the end")
        verbose_name_plural = _("warnings before the end")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "days"], name="partners_one_warning_per_certificate_and_threshold"
            ),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.certificate_id} -{self.days}"

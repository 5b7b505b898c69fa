from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, version_trigger
from partners.models.catalogue import ProductLine
from partners.models.partners import Partner
from partners.models.ranges import span, span_overlaps
from partners.models.scoped import PartnerScopedQuerySet
from partners.models.territories import SalesChannel, Territory

LIMITS = (("territory", "territory_path"), ("product_line", "line_path"), ("sales_channel", "channel_path"))


def _limited(reference: str, path: str) -> Q:
    return Q(**{f"{reference}__isnull": True, f"{path}__isnull": True}) | Q(
        **{f"{reference}__isnull": False, f"{path}__isnull": False},
    )


class AuthorisationQuerySet(PartnerScopedQuerySet):
    """Authorisations by what they allow and when."""

    def in_force(self, on: date) -> Self:
        return self.filter(valid_during__contains=on)

    def overlapping(self, *, territory_path, line_path, channel_path, valid_during) -> Self:
        """Those that have a place, a line, a channel and a day in common with the given limits."""
        return self.filter(
            span_overlaps("territory_path", territory_path),
            span_overlaps("line_path", line_path),
            span_overlaps("channel_path", channel_path),
            valid_during__overlap=valid_during,
        )


@pghistory.track(exclude=["version", "updated_at"])
class Authorisation(Versioned):
    """A partner may sell a product line in a territory over a sales channel during a period; NULL: not limited.

    The path columns follow their node by a foreign key ``ON UPDATE CASCADE``; the exclusion reads them.
    """

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="authorisations", verbose_name=_("partner"))
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    product_line = models.ForeignKey(
        ProductLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product line"),
    )
    sales_channel = models.ForeignKey(
        SalesChannel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sales channel"),
    )
    territory_path = models.CharField(max_length=255, null=True, editable=False)
    line_path = models.CharField(max_length=255, null=True, editable=False)
    channel_path = models.CharField(max_length=255, null=True, editable=False)
    valid_during = DateRangeField(_("period"))
    exclusive = models.BooleanField(_("exclusive"), default=False)

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        constraints = [
            ExclusionConstraint(
                name="partners_exclusive_authorisations_never_overlap",
                expressions=[
                    (span("territory_path"), RangeOperators.OVERLAPS),
                    (span("line_path"), RangeOperators.OVERLAPS),
                    (span("channel_path"), RangeOperators.OVERLAPS),
                    ("valid_during", RangeOperators.OVERLAPS),
                ],
                condition=Q(exclusive=True),
                violation_error_message=_("An exclusive authorisation of another partner overlaps this one."),
            ),
            *(
                models.CheckConstraint(
                    name=f"partners_authorisation_{reference}_has_its_path",
                    condition=_limited(reference, path),
                )
                for reference, path in LIMITS
            ),
        ]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.partner_id} {self.territory_path or '*'} {self.line_path or '*'} {self.valid_during}"

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.models import Partner, PartnerTier, PartnerType, Product, Territory
from pricing.enums import BreakMode, ListKind, RoundingMode, TargetKind
from pricing.models.rates import recorded_once

TARGETS = ("partner", "tier", "type", "territory")
NAMED_BY = {
    TargetKind.PARTNER: "partner",
    TargetKind.SUBTREE: "partner",
    TargetKind.TIER: "tier",
    TargetKind.TYPE: "type",
    TargetKind.TERRITORY: "territory",
    TargetKind.EVERYBODY: None,
}
# Two types of one partner may hold at once; that their lists never tie is decided when the second is saved, for all
# days: a priority belongs to one type. The lock makes simultaneous rivals wait for each other.
NO_TIES = """
    IF NEW.target_kind = 'type' AND NEW.known_until IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('pricing_priority_belongs_to_one_type', 0));
        IF EXISTS (
            SELECT 1 FROM pricing_priceassignment a WHERE a.target_kind = 'type' AND a.known_until IS NULL
                AND a.priority = NEW.priority AND a.type_id <> NEW.type_id
        ) THEN
            RAISE EXCEPTION 'pricing_priority_belongs_to_one_type' USING ERRCODE = 'unique_violation',
                CONSTRAINT = 'pricing_priority_belongs_to_one_type';
        END IF;
    END IF;
    RETURN NEW;
"""
NO_CIRCLES = """
    PERFORM pg_advisory_xact_lock(hashtextextended('pricing_formulas_never_circle', 0));
    IF EXISTS (
        WITH RECURSIVE below AS (
            SELECT NEW.base_id AS id
            UNION
            SELECT f.base_id FROM below b JOIN pricing_priceformula f ON f.price_list_id = b.id
            WHERE f.known_until IS NULL AND f.base_id IS NOT NULL
        )
        SELECT 1 FROM below WHERE id = NEW.price_list_id
    ) THEN
        RAISE EXCEPTION 'pricing_formulas_never_circle' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'pricing_formulas_never_circle';
    END IF;
    RETURN NEW;
"""


class StaffQuerySet(models.QuerySet):
    """Rows for the staff: a dealer gets answers made of them, never the rows."""

    def visible_to(self, user):
        """Nothing for dealers and for nobody."""
        acting = getattr(user, "acting", None)
        return self if acting is not None and acting.standing is None else self.none()


class Recorded(models.Model):
    """A row that is never edited: a change is a new row, and ``known_until`` of the old one is set, once."""

    known_from = models.DateTimeField(_("known from"), db_default=Now(), editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Targeted(models.Model):
    """To whom something is assigned: the one record that ``target_kind`` asks for, or nobody in particular."""

    target_kind = models.CharField(_("for"), max_length=10, choices=TargetKind)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    tier = models.ForeignKey(
        PartnerTier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tier")
    )
    type = models.ForeignKey(
        PartnerType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type")
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )

    class Meta:
        abstract = True

    @property
    def target(self):
        """The partner, tier, type or territory; None: everybody."""
        named = NAMED_BY[TargetKind(self.target_kind)]
        return getattr(self, named) if named else None


def one_target(name: str) -> models.CheckConstraint:
    """The kind of target and the record it names fit."""
    fits = Q()
    for kind, named in NAMED_BY.items():
        fits |= Q(target_kind=kind, **{f"{field}__isnull": field != named for field in TARGETS})
    return models.CheckConstraint(name=name, condition=fits)


TARGET_KEY = Coalesce(*(F(f"{field}_id") for field in TARGETS), 0)


@pghistory.track(exclude=["version", "updated_at"])
class PriceList(Versioned):
    """A named list of prices in one currency. Made by price managers; its prices stand in rows or in a formula.

    Kind, breaks, currency and rounding never change, so that any past answer can be given again: another rounding is
    another list. ``break_mode``: how its rows make up a line; a formula list takes that of its root.
    ``rounding_step``: unit prices are multiples of it; ``amount_step``: line amounts are; empty: the currency's
    smallest unit.
    """

    fence = FenceClass.STAFF

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ListKind, default=ListKind.FIXED)
    break_mode = models.CharField(_("quantity breaks"), max_length=10, choices=BreakMode, default=BreakMode.ALL_UNITS)
    currency = models.CharField(_("currency"), max_length=3)
    rounding = models.CharField(_("rounding"), max_length=10, choices=RoundingMode, default=RoundingMode.HALF_UP)
    rounding_step = models.DecimalField(
        _("unit prices rounded to"), max_digits=19, decimal_places=6, null=True, blank=True
    )
    amount_step = models.DecimalField(_("amounts rounded to"), max_digits=19, decimal_places=6, null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [
            models.CheckConstraint(name="pricing_price_list_kind_known", condition=Q(kind__in=ListKind)),
            models.CheckConstraint(
                name="pricing_price_list_breaks_are_of_its_own_rows",
                condition=Q(break_mode__in=BreakMode) & (Q(kind=ListKind.FIXED) | Q(break_mode=BreakMode.ALL_UNITS)),
            ),
            models.CheckConstraint(
                name="pricing_price_list_rounding_known",
                condition=Q(rounding__in=RoundingMode)
                & (Q(rounding_step__isnull=True) | Q(rounding_step__gt=0))
                & (Q(amount_step__isnull=True) | Q(amount_step__gt=0)),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="pricing_price_list_changes")]
        triggers = [
            version_trigger(),
            never_deleted(),
            pgtrigger.Protect(
                name="kind_currency_rounding_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "kind", "break_mode", "currency", "rounding", "rounding_step", "amount_step"
                ),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class PriceFormula(Recorded):
    """From a day on a list's prices are those of ``base`` times ``factor``, until a later row starts.

    ``base`` empty: from that day on the list has no prices. A list is never computed from itself, on any day.
    """

    fence = FenceClass.STAFF

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="formulas", verbose_name=_("price list"))
    base = models.ForeignKey(
        PriceList, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("base list")
    )
    factor = models.DecimalField(_("factor"), max_digits=12, decimal_places=6, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("formula of a price list")
        verbose_name_plural = _("formulas of price lists")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "valid_from"],
                condition=Q(known_until__isnull=True),
                name="pricing_one_formula_known_per_list_and_day",
            ),
            models.CheckConstraint(
                name="pricing_formula_has_base_and_factor_or_neither",
                condition=Q(base__isnull=True, factor__isnull=True) | Q(base__isnull=False, factor__gt=0),
            ),
        ]
        triggers = [
            recorded_once("known_until"),
            never_deleted(),
            pgtrigger.Trigger(
                name="never_in_a_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__base__isnull=False),
                func=NO_CIRCLES,
            ),
        ]

    def __str__(self):
        return f"{self.price_list_id} = {self.base_id} x {self.factor} from {self.valid_from}"


class PriceRow(Recorded):
    """From a day on a product costs ``unit_price`` per base unit, from ``min_quantity`` upwards, until a later row.

    ``unit_price`` empty: from that day on there is no price for that quantity break. Written in bulk; its own history.
    """

    fence = FenceClass.STAFF

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="rows", verbose_name=_("price list"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="price_rows", verbose_name=_("product"))
    min_quantity = models.DecimalField(_("from quantity"), max_digits=19, decimal_places=6, default=1)
    unit_price = models.DecimalField(_("unit price"), max_digits=19, decimal_places=6, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "product", "min_quantity", "valid_from"],
                condition=Q(known_until__isnull=True),
                name="pricing_one_price_known_per_list_product_break_and_day",
            ),
            models.CheckConstraint(
                name="pricing_price_not_negative",
                condition=Q(unit_price__isnull=True) | Q(unit_price__gte=0),
            ),
            models.CheckConstraint(name="pricing_price_break_positive", condition=Q(min_quantity__gt=0)),
        ]
        indexes = [
            models.Index(
                fields=["price_list", "product", "min_quantity", "-valid_from"],
                include=["unit_price", "known_from", "known_until"],
                name="pricing_price_row_of_list",
            ),
            models.Index(fields=["known_from", "id"], name="pricing_price_row_changes"),
        ]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.price_list.code} · {self.product.sku} · {self.valid_from}"


@pghistory.track()
class PriceAssignment(Targeted, Recorded):
    """From a day on a target is asked this list at a ``priority`` (1 first), until a later row for both starts.

    ``price_list`` empty: the assignment ends. Which list applies to a partner: the partner's own, then the nearest
    partner's above it, then its tier's, its types', its territory's (the smallest first), then everybody's; within
    one of these by priority. So no two ever tie: a priority belongs to one type.
    """

    fence = FenceClass.STAFF

    priority = models.PositiveSmallIntegerField(_("priority"), default=1)
    price_list = models.ForeignKey(
        PriceList, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("price list")
    )
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("assignment of a price list")
        verbose_name_plural = _("assignments of price lists")
        constraints = [
            models.UniqueConstraint(
                "target_kind",
                TARGET_KEY,
                "priority",
                "valid_from",
                condition=Q(known_until__isnull=True),
                name="pricing_one_list_known_per_target_priority_and_day",
            ),
            one_target("pricing_assignment_names_its_target"),
            models.CheckConstraint(name="pricing_assignment_priority_positive", condition=Q(priority__gt=0)),
        ]
        indexes = [models.Index("target_kind", TARGET_KEY, "priority", name="pricing_assignment_of_target")]
        triggers = [
            recorded_once("known_until"),
            never_deleted(),
            pgtrigger.Trigger(name="no_ties", when=pgtrigger.Before, operation=pgtrigger.Insert, func=NO_TIES),
        ]

    def __str__(self):
        return f"{self.target_kind} {self.priority}: {self.price_list_id} from {self.valid_from}"

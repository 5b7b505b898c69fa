from decimal import Decimal
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models import Feed
from channelhub.core.models.versioned import append_only, never_deleted
from inventory.enums import MovementKind
from inventory.models.locations import Location, StockScopedQuerySet
from partners.models import Partner, Product


def _figure(name: str, **options) -> models.DecimalField:
    """A quantity in the product's base unit."""
    return models.DecimalField(name, max_digits=19, decimal_places=6, db_default=0, **options)


def _told(name: str) -> models.DecimalField:
    """What the last report changed; empty: it said nothing of this figure, so it stayed."""
    return models.DecimalField(name, max_digits=19, decimal_places=6, null=True)


def _key(model: type[models.Model], **options) -> models.ForeignKey:
    """A reference that the statement trigger checks: two to three times faster than a foreign key."""
    return models.ForeignKey(model, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False, **options)


def _keys_exist() -> pgtrigger.Trigger:
    """Every key of the new movements names a row; one statement for all, planned for as many as there are."""
    keys = {
        "batch_id": "inventory_stockbatch",
        "location_id": "inventory_location",
        "partner_id": "partners_partner",
        "product_id": "partners_product",
    }
    joins = " ".join(f"LEFT JOIN {table} AS {key}_row ON {key}_row.id = n.{key}" for key, table in keys.items())
    missing = " OR ".join(f"(n.{key} IS NOT NULL AND {key}_row.id IS NULL)" for key in keys)
    return pgtrigger.Trigger(
        name="keys_exist",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),
        declare=[("missing", "boolean")],
        func=f"""
            EXECUTE 'SELECT EXISTS (SELECT 1 FROM new_rows n {joins} WHERE {missing})' INTO missing;
            IF missing THEN
                RAISE EXCEPTION 'a stock movement names a record that does not exist'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'inventory_stock_movement_keys_exist';
            END IF;
            RETURN NULL;
        """,
    )


class StockBatch(models.Model):
    """What a source reported at once: one request, file or message, also when nothing in it was new.

    So the last batch says since when a feed is silent. ``is_snapshot``: what it did not name was set to zero.
    """

    fence = FenceClass.STAFF

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="stock_batches", verbose_name=_("feed"))
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    is_snapshot = models.BooleanField(_("full snapshot"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)
    outdated = models.PositiveIntegerField(_("outdated"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    absent = models.PositiveIntegerField(_("set to zero"), default=0)

    class Meta:
        verbose_name = _("stock batch")
        verbose_name_plural = _("stock batches")
        indexes = [models.Index(fields=["feed", "-id"], name="inventory_stock_batch_of_feed")]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.pk} {self.reference}"


class StockLevelQuerySet(StockScopedQuerySet):
    """Levels by what may be promised."""

    def with_available(self) -> Self:
        """With ``available``: what is on hand and not reserved; never below zero."""
        return self.annotate(available=Greatest(F("on_hand") - F("reserved"), Value(Decimal(0))))


class StockLevel(models.Model):
    """How much of a product lies at a location, as last reported; the sum of its movements. In base units.

    ``on_hand`` may be below zero, as book stock is when a receipt is entered late: what was reported is kept, and
    nothing of it may be promised.
    ``counted_at``: the source's own time of the figures; an older report never changes them. ``…_change``: what the
    last report changed. ``updated_at``: when a figure last changed; a report that confirms is no change. Written only
    together with its movement (``services.stock_sync``); its movements are its history.
    """

    fence = FenceClass.SUBTREE

    location = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="levels",
        verbose_name=_("location"),
        db_index=False,
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_levels", verbose_name=_("product"))
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("partner"),
        db_index=False,
    )
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="+", verbose_name=_("feed"), db_index=False)
    on_hand = _figure(_("on hand"))
    reserved = _figure(_("reserved"))
    in_transit = _figure(_("in transit"))
    on_hand_change = _figure(_("change on hand"))
    reserved_change = _told(_("change reserved"))
    in_transit_change = _told(_("change in transit"))
    counted_at = models.DateTimeField(_("counted at"))
    updated_at = models.DateTimeField(_("changed at"), db_default=Now())

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(
                fields=["location", "product"],
                name="inventory_one_stock_level_per_location_and_product",
            ),
            models.CheckConstraint(
                name="inventory_stock_level_reserved_and_coming_never_negative",
                condition=Q(reserved__gte=0, in_transit__gte=0),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="inventory_stock_level_changes"),
            models.Index(
                fields=["partner", "updated_at", "id"],
                name="inventory_stock_level_own",
                condition=Q(partner__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.product.sku} · {self.location.code}"


class StockMovement(models.Model):
    """What a level changed by, and why. Append-only: a wrong figure is corrected by the next count.

    ``on_hand``, ``reserved``, ``in_transit``: the changes, in base units; ``balance``: on hand afterwards.
    ``counted_at``: the source's time. ``batch``: the report it came with, which names its feed and reference.
    """

    fence = FenceClass.SUBTREE

    batch = _key(StockBatch, verbose_name=_("batch"))
    location = _key(Location, verbose_name=_("location"))
    product = _key(Product, verbose_name=_("product"))
    partner = _key(Partner, null=True, verbose_name=_("partner"))
    kind = models.PositiveSmallIntegerField(_("kind"), choices=MovementKind)
    on_hand = _figure(_("change on hand"))
    reserved = _figure(_("change reserved"))
    in_transit = _figure(_("change in transit"))
    balance = _figure(_("on hand afterwards"))
    counted_at = models.DateTimeField(_("counted at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())

    objects = StockScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.CheckConstraint(name="inventory_stock_movement_kind_known", condition=Q(kind__in=MovementKind)),
            models.CheckConstraint(
                name="inventory_stock_movement_changes_something",
                condition=~Q(on_hand=0, reserved=0, in_transit=0),
            ),
        ]
        indexes = [
            models.Index(fields=["location", "product", "id"], name="inventory_stock_movement_level"),
            models.Index(fields=["batch"], name="inventory_stock_movement_batch"),
            models.Index(
                fields=["partner", "id"], name="inventory_stock_movement_own", condition=Q(partner__isnull=False)
            ),
        ]
        triggers = [append_only(), _keys_exist()]

    def __str__(self):
        return f"{self.product.sku} · {self.location.code} · {self.pk}"

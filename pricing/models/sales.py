import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models import Feed
from channelhub.core.models.versioned import append_only, never_deleted
from partners.models import Partner, Product, ProductLine, Territory
from partners.models.scoped import PartnerScopedQuerySet
from pricing.enums import SalesKind


def _key(model: type[models.Model] | str, **options) -> models.ForeignKey:
    """A reference that the statement trigger checks: two to three times faster than a foreign key."""
    return models.ForeignKey(model, models.DO_NOTHING, db_constraint=False, related_name="+", **options)


def _keys_exist() -> pgtrigger.Trigger:
    """Every key of the new lines names a row; one statement for all lines, planned for as many as there are."""
    keys = {
        "batch_id": "pricing_salesbatch",
        "feed_id": "core_feed",
        "partner_id": "partners_partner",
        "other_partner_id": "partners_partner",
        "product_id": "partners_product",
        "product_line_id": "partners_productline",
        "home_territory_id": "partners_territory",
        "sold_into_id": "partners_territory",
    }
    joins = " ".join(f"LEFT JOIN {table} AS {key}_row ON {key}_row.id = n.{key}" for key, table in keys.items())
    missing = " OR ".join(f"(n.{key} IS NOT NULL AND {key}_row.id IS NULL)" for key in keys)
    named = " OR ".join(
        f"(n.{key} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pricing_salesline o WHERE o.id = n.{key}))"
        for key in ("returns_id", "reverses_id")
    )
    return pgtrigger.Trigger(
        name="keys_exist",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_lines"),
        declare=[("missing", "boolean")],
        func=f"""
            EXECUTE 'SELECT EXISTS (SELECT 1 FROM new_lines n {joins} WHERE {missing})' INTO missing;
            IF NOT missing AND EXISTS (SELECT 1 FROM new_lines WHERE returns_id IS NOT NULL OR reverses_id IS NOT NULL)
            THEN
                EXECUTE 'SELECT EXISTS (SELECT 1 FROM new_lines n WHERE {named})' INTO missing;
            END IF;
            IF missing THEN
                RAISE EXCEPTION 'a sales line names a record that does not exist'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'pricing_sales_line_keys_exist';
            END IF;
            RETURN NULL;
        """,
    )


class SalesBatch(models.Model):
    """What entered the ledger in one transaction: one request, file or message. The rollup takes it once.

    ``taken_in``: the first open accounting month when the rollup took it; empty: it waits. ``judged_at``: when its
    lines were looked at for conflicts; empty: they wait.
    """

    fence = FenceClass.STAFF

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="sales_batches", verbose_name=_("feed"))
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    taken_in = models.DateField(_("known in"), null=True, blank=True, editable=False)
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("sales batch")
        verbose_name_plural = _("sales batches")
        indexes = [
            models.Index(fields=["id"], name="pricing_sales_batch_waiting", condition=Q(taken_in__isnull=True)),
            models.Index(fields=["id"], name="pricing_sales_batch_unjudged", condition=Q(judged_at__isnull=True)),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.pk} {self.reference}"


class SalesLine(models.Model):
    """One sold line. Append-only: a correction is a line that reverses another and one that replaces it.

    ``partner``: whose figure it is (the buyer of sell-in, else the seller). Quantities in the product's base unit,
    amounts for the whole line in ``currency``. Territory and product line as they were at entry. ``counts_on``: the
    day that decides period, tree and rate: its own, or that of the line it returns or reverses.
    """

    fence = FenceClass.SUBTREE

    batch = _key(SalesBatch, verbose_name=_("batch"))
    feed = _key(Feed, verbose_name=_("feed"), db_index=False)
    external_id = models.CharField(_("external id"), max_length=120)
    content_hash = models.BinaryField(max_length=33)
    kind = models.PositiveSmallIntegerField(_("kind"), choices=SalesKind)
    partner = _key(Partner, verbose_name=_("partner"), db_index=False)
    other_partner = _key(Partner, null=True, verbose_name=_("other partner"), db_index=False)
    product = _key(Product, verbose_name=_("product"), db_index=False)
    product_line = _key(ProductLine, verbose_name=_("product line"), db_index=False)
    home_territory = _key(Territory, null=True, verbose_name=_("home territory"), db_index=False)
    sold_into = _key(Territory, null=True, verbose_name=_("territory sold into"), db_index=False)
    document = models.CharField(_("document"), max_length=60, db_default="")
    document_line = models.CharField(_("line"), max_length=20, db_default="")
    booked_on = models.DateField(_("booked on"))
    counts_on = models.DateField(_("counts on"))
    quantity = models.DecimalField(_("quantity"), max_digits=19, decimal_places=6)
    entered_quantity = models.DecimalField(_("quantity as entered"), max_digits=19, decimal_places=6)
    entered_unit = models.CharField(_("unit as entered"), max_length=10, db_default="")
    currency = models.CharField(_("currency"), max_length=3)
    list_amount = models.DecimalField(_("list amount"), max_digits=19, decimal_places=4, null=True)
    net_amount = models.DecimalField(_("net amount"), max_digits=19, decimal_places=4)
    customer = models.CharField(_("customer"), max_length=60, db_default="")
    outlet = models.CharField(_("outlet"), max_length=60, db_default="")
    returns = _key("self", null=True, verbose_name=_("returns line"), db_index=False)
    reverses = _key("self", null=True, verbose_name=_("reverses line"), db_index=False)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales line")
        verbose_name_plural = _("sales lines")
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "external_id"],
                name="pricing_sales_line_enters_once_per_feed",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                name="pricing_sales_line_reversed_once",
                condition=Q(reverses__isnull=False),
            ),
            models.CheckConstraint(name="pricing_sales_line_kind_known", condition=Q(kind__in=SalesKind)),
            models.CheckConstraint(
                name="pricing_sales_line_other_partner_of_sell_through",
                condition=Q(other_partner__isnull=True) | Q(kind=SalesKind.SELL_THROUGH),
            ),
            models.CheckConstraint(
                name="pricing_sales_line_returns_or_reverses_not_both",
                condition=Q(returns__isnull=True) | Q(reverses__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "booked_on"], name="pricing_sales_line_of_partner"),
            models.Index(fields=["booked_on", "id"], name="pricing_sales_line_newest"),
            models.Index(fields=["partner", "recorded_at", "id"], name="pricing_sales_line_own_changes"),
            models.Index(fields=["recorded_at", "id"], name="pricing_sales_line_changes"),
            models.Index(
                fields=["returns"],
                name="pricing_sales_line_returned_by",
                condition=Q(returns__isnull=False),
            ),
        ]
        triggers = [append_only(), _keys_exist()]

    def __str__(self):
        return f"{self.feed_id}/{self.external_id}"

from django.contrib import admin
from django.db.models import Count, Sum
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import names_of
from channelhub.core.models import Feed
from channelhub.lib import formats
from pricing.admin.filters import CountedFilter, CurrencyFilter
from pricing.enums import SalesKind
from pricing.models import SalesBatch, SalesLine


@admin.register(SalesBatch)
class SalesBatchAdmin(AppendOnlyAdmin):
    """What entered the ledger in one transaction; its lines are one link away."""

    staff_wide_only = True
    list_display = ("number", "feed", "reference", "received", "known", "lines")
    list_filter = ("feed", ("received_at", RangeDateFilter))
    list_select_related = ("feed",)
    ordering = ("-pk",)
    empty_hint = gettext_lazy("Sales enter by import, API or message; each entry is a batch.")

    @display(description=gettext_lazy("batch"), ordering="pk")
    def number(self, batch):
        return str(batch.pk)

    @display(description=gettext_lazy("received"), ordering="received_at")
    def received(self, batch):
        return cells.instant(batch.received_at)

    @display(description=gettext_lazy("known in"))
    def known(self, batch):
        return f"{batch.taken_in:%Y-%m}" if batch.taken_in else cells.label(_("waits for the night"), "blue")

    @display(description=gettext_lazy("lines"))
    def lines(self, batch):
        return cells.link(_("Show"), "admin:pricing_salesline_changelist", batch__id__exact=batch.pk)


@admin.register(SalesLine)
class SalesLineAdmin(AppendOnlyAdmin):
    """The sales ledger: filtered, added up, exported; a correction is a line that names the one it corrects."""

    list_display = (
        "booked",
        "kind",
        "who",
        "article",
        "paper",
        "quantity_figure",
        "net_figure",
        "origin",
    )
    list_filter = (
        ("partner", AutocompleteSelectFilter),
        "kind",
        ("booked_on", RangeDateFilter),
        CurrencyFilter,
        ("home_territory", AutocompleteSelectFilter),
        ("product_line", AutocompleteSelectFilter),
        "feed",
        CountedFilter,
    )
    export_fields = (
        "booked_on",
        "kind_name",
        "partner__code",
        "partner__name",
        "product__sku",
        "document",
        "document_line",
        "quantity",
        "currency",
        "list_amount",
        "net_amount",
        "counts_on",
        "feed__code",
        "external_id",
        "customer",
        "outlet",
    )
    export_annotations = {"kind_name": names_of(SalesKind, "kind")}
    on_phones = ("booked", "who", "article", "net_figure")
    list_select_related = ("partner", "product", "feed")
    search_fields = ("external_id",)  # how is said in get_search_results
    search_help_text = gettext_lazy("The whole external id")
    ordering = ("-recorded_at", "-pk")
    fieldsets = (
        (None, {"fields": (("kind", "partner", "other_partner"), ("product", "product_line"))}),
        (
            gettext_lazy("Figures"),
            {"fields": (("quantity_figure", "entered_figure"), ("net_figure", "listed_figure"))},
        ),
        (
            gettext_lazy("When and where"),
            {"fields": (("booked_on", "counts_on", "recorded_at"), ("home_territory", "sold_into"))},
        ),
        (
            gettext_lazy("Source"),
            {
                "fields": (
                    ("feed", "batch", "external_id"),
                    ("document", "document_line"),
                    ("customer", "outlet"),
                    ("returns", "reverses"),
                ),
            },
        ),
    )
    exclude = ("content_hash",)
    empty_hint = gettext_lazy("No line fits these filters. Sales enter by import or API.")

    def get_sortable_by(self, request):
        """Ten million lines are sorted only where an index has the order: one partner's, by booking day."""
        return ("booked",) if request.GET.get("partner__id__exact") else ()

    def get_search_results(self, request, queryset, search_term):
        """By the unique key (feed, external id), so that the ledger is never read through."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(feed_id__in=list(Feed.objects.values_list("pk", flat=True)), external_id=term), False

    @display(description=gettext_lazy("booked on"), ordering="booked_on")
    def booked(self, line):
        return cells.day(line.booked_on)

    @display(description=gettext_lazy("partner"))
    def who(self, line):
        return cells.link(line.partner.name, "admin:partners_partner_change", line.partner_id)

    @display(description=gettext_lazy("product"))
    def article(self, line):
        return f"{line.product.sku} {line.product.name}"

    @display(description=gettext_lazy("document"))
    def paper(self, line):
        text = " / ".join(part for part in (line.document, line.document_line) if part) or line.external_id
        if line.reverses_id:
            return format_html("{} {}", cells.label(_("reversal"), "orange"), text)
        return format_html("{} {}", cells.label(_("return"), "orange"), text) if line.returns_id else text

    @display(description=gettext_lazy("quantity"))
    def quantity_figure(self, line):
        return cells.quantity(line.quantity, line.product.unit)

    @display(description=gettext_lazy("net amount"))
    def net_figure(self, line):
        return cells.money(line.net_amount, line.currency)

    @display(description=gettext_lazy("quantity as entered"))
    def entered_figure(self, line):
        return cells.quantity(line.entered_quantity, line.entered_unit or line.product.unit)

    @display(description=gettext_lazy("list amount"))
    def listed_figure(self, line):
        return cells.money(line.list_amount, line.currency)

    def get_readonly_fields(self, request, obj=None):
        figures = ("quantity_figure", "entered_figure", "net_figure", "listed_figure")
        return (*super().get_readonly_fields(request, obj), *figures)

    @display(description=gettext_lazy("feed"))
    def origin(self, line):
        return line.feed.code

    def sum_of(self, changelist):
        rows = changelist.queryset.order_by().values("currency").annotate(total=Sum("net_amount"), lines=Count("pk"))
        rows = list(rows.order_by("currency"))
        if not rows:
            return []
        count = sum(row["lines"] for row in rows)
        return [
            (_("lines"), f"{count:,}"),
            *((_("net"), formats.money_text(row["total"], row["currency"], iso=True)) for row in rows),
        ]

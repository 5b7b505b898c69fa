from decimal import Decimal

from django.contrib import admin
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.finding import FoundByIndex
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from partners.models import ProductLine
from pricing.enums import RevisionStatus
from pricing.forms.revisions import NewPriceForm
from pricing.models import PriceRevision, PriceRevisionRow
from pricing.selectors import price_revisions as selectors
from pricing.services import price_revisions
from pricing.templatetags.prices import change_money, change_share, exact_money

MAY_CHANGE = ["pricing.change_pricerevision"]
OF = "revision__id__exact"
FIGURES = ("old_figure", "new_figure", "delta_figure", "share_figure")
LONGEST_ID = 18
BEFORE = (RevisionStatus.DRAFT, RevisionStatus.SUBMITTED, RevisionStatus.APPROVED, RevisionStatus.ANNOUNCED)
CHANGED = ~Q(new_price=F("old_price")) | Q(old_price=None, new_price__isnull=False) | Q(new_price=None)
DIRECTIONS = {
    "changed": CHANGED,
    "up": Q(new_price__gt=F("old_price")),
    "down": Q(new_price__lt=F("old_price")),
    "new": Q(old_price=None, new_price__isnull=False),
    "ends": Q(old_price__isnull=False, new_price=None),
    "same": Q(new_price=F("old_price")),
}


def revision_asked(request):
    """The revision that the list is filtered by; None: not by one."""
    sent = request.GET.get(OF, "")
    return PriceRevision.objects.filter(pk=sent).first() if sent.isdecimal() and len(sent) <= LONGEST_ID else None


class DirectionFilter(admin.SimpleListFilter):
    title = gettext_lazy("change")
    parameter_name = "change"

    def lookups(self, request, model_admin):
        return [
            ("changed", _("Changed")),
            ("up", _("Dearer")),
            ("down", _("Cheaper")),
            ("new", _("New")),
            ("ends", _("Ends")),
            ("same", _("Unchanged")),
        ]

    def queryset(self, request, queryset):
        wanted = DIRECTIONS.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


class SizeFilter(admin.SimpleListFilter):
    title = gettext_lazy("size of the change")
    parameter_name = "size"

    def lookups(self, request, model_admin):
        return [(str(size), _("%(size)s%% or more") % {"size": size}) for size in (1, 5, 10, 20)]

    def queryset(self, request, queryset):
        if self.value() not in ("1", "5", "10", "20"):
            return queryset
        share = Decimal(self.value()) / 100
        up, down = F("old_price") * (1 + share), F("old_price") * (1 - share)
        return queryset.filter(Q(new_price__gte=up) | Q(new_price__lte=down), old_price__gt=0)


class LineFilter(admin.SimpleListFilter):
    """A product line with all beneath it."""

    title = gettext_lazy("product line")
    parameter_name = "line"

    def lookups(self, request, model_admin):
        return [
            (line.code, f"{'· ' * (line.depth - 1)}{name_of(line)}") for line in ProductLine.objects.order_by("path")
        ]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        path = ProductLine.objects.filter(code=self.value()).values_list("path", flat=True).first()
        return queryset.filter(product__line__path__startswith=path) if path else queryset.none()


class StaleFilter(admin.SimpleListFilter):
    title = gettext_lazy("the list has changed since")
    parameter_name = "stale"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes"))]

    def queryset(self, request, queryset):
        revision = revision_asked(request)
        if self.value() != "yes" or revision is None:
            return queryset
        return queryset.filter(pk__in=selectors.stale_rows(revision))


@admin.register(PriceRevisionRow)
class PriceRevisionRowAdmin(FoundByIndex, AppendOnlyAdmin):
    """The comparison: what each product costs now, what it shall cost, and how much that is."""

    found_by = {"product_id": "partners.product"}
    search_fields = ("product__sku",)  # found by the index
    search_help_text = gettext_lazy("Product code or name")
    list_display = ("sku", "product_name", "line", "break_figure", *FIGURES, "state")
    on_phones = ("sku", "old_figure", "new_figure", "share_figure")
    list_filter = (("revision", AutocompleteSelectFilter), DirectionFilter, SizeFilter, LineFilter, StaleFilter)
    list_select_related = ("product__line", "revision__price_list")
    ordering = ("revision", "product__sku", "min_quantity", "pk")
    sortable_by = ()
    actions_detail = ("set_new",)
    export_fields = (
        "revision__code",
        "product__sku",
        "product__name",
        "product__line__code",
        "min_quantity",
        "old_price",
        "new_price",
        "currency",
        "effective_on",
    )
    export_annotations = {"currency": F("revision__price_list__currency"), "effective_on": F("revision__effective_on")}
    empty_hint = gettext_lazy("Draft a revision from a price list.")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == OF or super().lookup_allowed(lookup, value, request)

    def decorate(self, rows, request):
        """Which prices of the list have moved since the draft, for the page at once."""
        stale = set()
        for revision in {row.revision for row in rows if row.revision.status in BEFORE}:
            stale |= set(selectors.stale_rows(revision))
        for row in rows:
            row.stale = row.pk in stale

    @display(description=gettext_lazy("sku"))
    def sku(self, row):
        return row.product.sku

    @display(description=gettext_lazy("product"))
    def product_name(self, row):
        return name_of(row.product)

    @display(description=gettext_lazy("product line"))
    def line(self, row):
        return name_of(row.product.line)

    @display(description=gettext_lazy("from quantity"))
    def break_figure(self, row):
        return formats.quantity_text(row.min_quantity, row.product.unit)

    @display(description=gettext_lazy("old price"))
    def old_figure(self, row):
        return exact_money(row.old_price, row.revision.price_list.currency)

    @display(description=gettext_lazy("new price"))
    def new_figure(self, row):
        return exact_money(row.new_price, row.revision.price_list.currency)

    @display(description=gettext_lazy("difference"))
    def delta_figure(self, row):
        if row.old_price is None or row.new_price is None:
            return formats.NO_DATA
        return change_money(row.new_price - row.old_price, row.revision.price_list.currency)

    @display(description=gettext_lazy("in percent"))
    def share_figure(self, row):
        if not row.old_price or row.new_price is None:
            return formats.NO_DATA
        return change_share((row.new_price - row.old_price) / row.old_price)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        if row.stale:
            return cells.label(_("list has changed"), "red")
        if row.new_price is None:
            return cells.label(_("ends"), "orange")
        if row.old_price is None:
            return cells.label(_("new"), "blue")
        return formats.NO_DATA

    def get_actions_detail(self, request, object_id):
        open_ones = PriceRevisionRow.objects.filter(pk=object_id, revision__status=RevisionStatus.DRAFT)
        return super().get_actions_detail(request, object_id) if open_ones.exists() else []

    @action(description=gettext_lazy("Set the new price"), icon="sell", permissions=MAY_CHANGE)
    def set_new(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)
        currency = row.revision.price_list.currency

        def preview(data):
            new = exact_money(data["unit_price"], currency)
            return Preview(
                changes=[(row.product.sku, self.new_figure(row), new)], button=_("Set %(price)s") % {"price": new}
            )

        def act(data):
            price_revisions.set_row(revision=row.revision, product=row.product, min_quantity=row.min_quantity, **data)
            return _("The new price is set.")

        page = ActionPage(
            title=_("Set the new price"),
            form=NewPriceForm,
            initial={"unit_price": row.new_price and f"{row.new_price.normalize():f}"},
            preview=preview,
            act=act,
            back=rows_of(row.revision),
        )
        return actions.answer(self, request, row, page)


def rows_of(revision, **more):
    """The address of a revision's comparison."""
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{reverse('admin:pricing_pricerevisionrow_changelist')}?{OF}={revision.pk}{query}"

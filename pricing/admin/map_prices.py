from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from partners.models import Product
from pricing.forms.programmes import CURRENCY, searched
from pricing.models import MapPrice
from pricing.services import map_prices


class MapPriceForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.all(), label=gettext_lazy("product"))
    currency = forms.CharField(
        label=gettext_lazy("currency"), validators=[CURRENCY], initial="CNY", widget=UnfoldAdminTextInputWidget
    )
    price = forms.DecimalField(
        label=gettext_lazy("minimum advertised price"),
        max_digits=19,
        decimal_places=6,
        min_value=0,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Per base unit; empty: from that day on there is none."),
    )
    valid_from = forms.DateField(label=gettext_lazy("valid from"), widget=UnfoldAdminSingleDateWidget)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        searched(self, "product", MapPrice, "product")

    def clean_price(self):
        price = self.cleaned_data["price"]
        if price == 0:
            raise forms.ValidationError(_("Must be greater than zero."))
        return price


@admin.register(MapPrice)
class MapPriceAdmin(AppendOnlyAdmin):
    """The lowest price at which a product may be advertised; a correction is a new row."""

    list_display = ("article", "since", "price_figure", "state", "recorded", "judged")
    on_phones = ("article", "since", "price_figure", "state")
    list_filter = (("product", AutocompleteSelectFilter), "currency")
    list_select_related = ("product",)
    search_fields = ("product__sku", "product__name")
    search_help_text = gettext_lazy("Sku or name of the product")
    ordering = ("product__sku", "currency", "-valid_from", "-known_from")
    sortable_by = ()
    export_fields = ("product__sku", "product__name", "currency", "price", "valid_from", "known_from", "known_until")
    actions_list = ("set_price",)
    empty_hint = gettext_lazy("Press “Set a minimum”, or bring many in as a file.")

    @display(description=gettext_lazy("product"))
    def article(self, row):
        return f"{row.product.sku} {name_of(row.product)}"

    @display(description=gettext_lazy("valid from"))
    def since(self, row):
        return cells.day(row.valid_from)

    @display(description=gettext_lazy("minimum advertised price"))
    def price_figure(self, row):
        return _("none") if row.price is None else cells.money(row.price, row.currency)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        return cells.label(_("corrected")) if row.known_until else cells.label(_("known"), "green")

    @display(description=gettext_lazy("recorded"))
    def recorded(self, row):
        return cells.instant(row.known_from)

    @display(description=gettext_lazy("lines judged"))
    def judged(self, row):
        return cells.instant(row.judged_at) if row.judged_at else cells.label(_("waits for the night"), "blue")

    @action(description=gettext_lazy("Set a minimum"), icon="add", permissions=["pricing.add_mapprice"])
    def set_price(self, request):
        def preview(data):
            known = MapPrice.objects.filter(
                product=data["product"],
                currency=data["currency"],
                valid_from__lte=data["valid_from"],
                known_until__isnull=True,
            )
            old = known.order_by("-valid_from").first()
            return Preview(
                changes=[
                    (
                        str(data["product"]),
                        cells.money(old.price, old.currency) if old else formats.NO_DATA,
                        _("none") if data["price"] is None else cells.money(data["price"], data["currency"]),
                    )
                ],
                facts=[(_("valid from"), str(data["valid_from"]))],
                warnings=[_("Sales since then are judged again by the next night.")],
                button=_("Set the minimum"),
            )

        def act(data):
            map_prices.set_map_price(**data, at=timezone.now())
            return _("The minimum is recorded.")

        page = ActionPage(
            title=_("Set a minimum advertised price"),
            form=MapPriceForm,
            preview=preview,
            act=act,
            back=reverse("admin:pricing_mapprice_changelist"),
        )
        return actions.answer(self, request, None, page)

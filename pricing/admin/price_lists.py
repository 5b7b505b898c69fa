from django.contrib import admin
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ReadOnlyInline
from channelhub.core.admin.scope import visible
from channelhub.lib import formats
from partners.models import Partner
from pricing.admin.price_check import PriceCheckPage
from pricing.enums import ListKind
from pricing.forms import prices as forms
from pricing.models import PriceAssignment, PriceFormula, PriceList, PriceRow
from pricing.services import price_lists
from pricing.templatetags.prices import exact_money

MAY_CHANGE = ["pricing.change_pricelist"]
HERE = "admin:pricing_pricelist_change"


def known_state(row, ended):
    """Whether a recorded row is still known, and whether it ends something."""
    if row.known_until:
        return cells.label(_("superseded"))
    return cells.label(_("ends"), "orange") if ended else cells.label(_("known"), "green")


class FormulaInline(ReadOnlyInline):
    model = PriceFormula
    fk_name = "price_list"
    fields = readonly_fields = ("valid_from", "base", "factor_figure", "state", "recorded")
    ordering = ("-valid_from", "-known_from")
    verbose_name_plural = gettext_lazy("Formula")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("base")

    @display(description=gettext_lazy("factor"))
    def factor_figure(self, formula):
        return formats.quantity_text(formula.factor)

    @display(description=gettext_lazy("state"))
    def state(self, formula):
        return known_state(formula, formula.base_id is None)

    @display(description=gettext_lazy("recorded"))
    def recorded(self, formula):
        return cells.instant(formula.known_from)


class AssignmentInline(ReadOnlyInline):
    model = PriceAssignment
    fields = readonly_fields = ("target_kind", "whom", "priority", "valid_from", "state")
    ordering = ("target_kind", "priority", "-valid_from")
    verbose_name_plural = gettext_lazy("Assignments")

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("partner", "tier", "type", "territory")
        return rows.filter(partner=None) | rows.filter(partner__in=visible(Partner, request))

    @display(description=gettext_lazy("whom"))
    def whom(self, assignment):
        return str(assignment.target or formats.NO_DATA)

    @display(description=gettext_lazy("state"))
    def state(self, assignment):
        return known_state(assignment, assignment.price_list_id is None)


@admin.register(PriceList)
class PriceListAdmin(PriceCheckPage, AppendOnlyAdmin):
    """Price lists with their formulas and assignments; every change is a recorded row, shown before it is saved."""

    list_display = ("code", "name", "name_en", "kind", "currency", "rounding_figure", "prices", "assigned")
    on_phones = ("code", "name", "kind", "prices")
    list_filter = ("kind", "break_mode", "currency")
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = (
        ("code", "kind", "break_mode"),
        ("name", "name_en"),
        ("currency", "rounding"),
        ("rounding_step", "amount_step"),
    )
    inlines = (FormulaInline, AssignmentInline)
    actions_list = ("price_check", "new")
    actions_detail = ("prices_of", "set_price", "set_formula", "assign", "rename")
    export_fields = (
        "code",
        "name",
        "name_en",
        "kind",
        "break_mode",
        "currency",
        "rounding",
        "rounding_step",
        "amount_step",
    )
    empty_hint = gettext_lazy("Press “New price list”, or import lists and prices.")

    @display(description=gettext_lazy("rounded to"))
    def rounding_figure(self, price_list):
        return formats.quantity_text(price_list.rounding_step) if price_list.rounding_step else formats.NO_DATA

    @display(description=gettext_lazy("prices"))
    def prices(self, price_list):
        if price_list.kind == ListKind.FORMULA:
            return cells.link(_("formula"), HERE, price_list.pk)
        return cells.link(_("Show"), "admin:pricing_pricerow_changelist", price_list__id__exact=price_list.pk)

    @display(description=gettext_lazy("assigned to"))
    def assigned(self, price_list):
        return price_list.assigned_text

    def decorate(self, rows, request):
        """To how many targets each list is assigned, for the page at once."""
        known = PriceAssignment.objects.filter(price_list__in=rows, known_until=None).order_by().values("price_list_id")
        counts = {row["price_list_id"]: row["count"] for row in known.annotate(count=Count("pk"))}
        for row in rows:
            row.assigned_text = f"{counts.get(row.pk, 0):,}"

    def _answer(self, request, price_list, **page):
        page.setdefault("back", reverse(HERE, args=[price_list.pk]))
        return actions.answer(self, request, price_list, ActionPage(**page))

    @action(description=gettext_lazy("New price list"), icon="add", permissions=["pricing.add_pricelist"])
    def new(self, request):
        made = {}

        def act(data):
            made["pk"] = price_lists.create_price_list(**data).pk
            return _("The list is made; give it prices and assign it.")

        page = ActionPage(
            title=_("New price list"),
            form=forms.PriceListForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse(HERE, args=[made["pk"]])),
            back=reverse("admin:pricing_pricelist_changelist"),
            button=_("Make the list"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("Prices"), icon="grid_on", permissions=["pricing.view_pricerow"])
    def prices_of(self, request, object_id):
        price_list = self.get_object_or_deny(request, object_id)
        address = reverse("admin:pricing_pricerow_changelist")
        return HttpResponseRedirect(f"{address}?price_list__id__exact={price_list.pk}")

    @action(description=gettext_lazy("Set a price"), icon="sell", permissions=MAY_CHANGE)
    def set_price(self, request, object_id):
        price_list = self.get_object_or_deny(request, object_id)

        def preview(data):
            new = exact_money(data["unit_price"], price_list.currency)
            product = data["product"]
            return Preview(
                changes=[
                    (f"{product.sku}, {formats.quantity_text(data['min_quantity'])}+", _was(price_list, data), new)
                ],
                facts=[(_("from"), str(data["valid_from"]))],
                button=_("Set %(price)s from %(day)s") % {"price": new, "day": data["valid_from"]},
            )

        def act(data):
            price_lists.set_price(price_list=price_list, **data, at=timezone.now())
            return _("The price is recorded.")

        return self._answer(request, price_list, title=_("Set a price"), form=forms.PriceForm, preview=preview, act=act)

    @action(description=gettext_lazy("Set the formula"), icon="calculate", permissions=MAY_CHANGE)
    def set_formula(self, request, object_id):
        price_list = self.get_object_or_deny(request, object_id)

        def act(data):
            price_lists.set_formula(price_list=price_list, **data, at=timezone.now())
            return _("The formula is recorded.")

        return self._answer(request, price_list, title=_("Set the formula"), form=forms.FormulaForm, act=act)

    @action(description=gettext_lazy("Assign"), icon="group_add", permissions=MAY_CHANGE)
    def assign(self, request, object_id):
        price_list = self.get_object_or_deny(request, object_id)

        def preview(data):
            target = forms.target_of(data)
            new = formats.NO_DATA if data["ends"] else price_list.code
            key = price_lists.target_columns(data["target_kind"], target)
            return Preview(
                changes=[(f"{target or _('Everybody')}, {data['priority']}", _assigned(key, data), new)],
                facts=[(_("from"), str(data["valid_from"]))],
                button=_("Assign from %(day)s") % {"day": data["valid_from"]},
            )

        def act(data):
            price_lists.assign_list(
                price_list=None if data["ends"] else price_list,
                target_kind=data["target_kind"],
                target=forms.target_of(data),
                priority=data["priority"],
                valid_from=data["valid_from"],
                at=timezone.now(),
            )
            return _("The assignment is recorded.")

        return self._answer(
            request,
            price_list,
            title=_("Assign the list"),
            hint=_(
                "The partner's own list is asked first, then that of the nearest partner above it, its tier's, its"
                " types', its territory's, everybody's; within one of these by priority."
            ),
            form=forms.AssignForm,
            form_options={"partners": visible(Partner, request)},
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("Rename"), icon="edit", permissions=MAY_CHANGE)
    def rename(self, request, object_id):
        price_list = self.get_object_or_deny(request, object_id)

        def act(data):
            price_lists.rename_price_list(price_list=price_list, **data)
            return _("The list has its new name.")

        names = {"name": price_list.name, "name_en": price_list.name_en}
        return self._answer(request, price_list, title=_("Rename"), form=forms.NamesForm, initial=names, act=act)


def _was(price_list, data):
    """The price in force on the day for that quantity."""
    rows = PriceRow.objects.filter(
        price_list=price_list,
        product=data["product"],
        min_quantity=data["min_quantity"],
        valid_from__lte=data["valid_from"],
        known_until=None,
    )
    row = rows.order_by("-valid_from").first()
    return exact_money(row and row.unit_price, price_list.currency)


def _assigned(key, data):
    """The list that the target is asked at this priority on the day."""
    same = {f"{name}__isnull" if value is None else name: value is None or value for name, value in key.items()}
    rows = PriceAssignment.objects.filter(**same, priority=data["priority"], known_until=None)
    row = rows.filter(valid_from__lte=data["valid_from"]).order_by("-valid_from").select_related("price_list").first()
    return row.price_list.code if row and row.price_list else formats.NO_DATA

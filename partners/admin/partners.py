from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ChannelAdmin
from channelhub.core.admin.finding import FoundByIndex
from channelhub.core.admin.scope import visible
from channelhub.core.models import Comment
from channelhub.core.services import comments
from channelhub.core.templatetags.figures import name_of
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from partners import hooks
from partners.admin.certificate_actions import CertificateActions
from partners.admin.contract_queues import ContractActions, ContractFilter
from partners.admin.deposit_actions import DepositActions
from partners.admin.evidence import matches_shown
from partners.admin.partner_actions import PartnerActions
from partners.admin.partner_inlines import INLINES
from partners.forms.partners import NewPartnerForm
from partners.models import HomeTerritory, Partner, PartnerType, PartnerTypeAssignment, Placement, Territory
from partners.services import details, entry


def today():
    return business_day(timezone.now())


class TypeFilter(admin.SimpleListFilter):
    title = gettext_lazy("type")
    parameter_name = "type"

    def lookups(self, request, model_admin):
        return [(kind.code, name_of(kind)) for kind in PartnerType.objects.order_by("code")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        rows = PartnerTypeAssignment.objects.filter(
            partner_id=OuterRef("pk"),
            type__code=self.value(),
            valid_during__contains=today(),
        )
        return queryset.filter(Exists(rows))


class TerritoryFilter(admin.SimpleListFilter):
    """Home territory of today, with all beneath; offered are those in use and what lies above them."""

    title = gettext_lazy("home territory")
    parameter_name = "territory"

    def lookups(self, request, model_admin):
        homes = HomeTerritory.objects.filter(valid_during__contains=today())
        used = homes.visible_to(request.user).values_list("territory__path", flat=True).distinct()
        paths = {path[:end] for path in used for end in range(Territory.steplen, len(path) + 1, Territory.steplen)}
        rows = Territory.objects.filter(path__in=paths).order_by("path")
        return [(row.code, f"{'  ' * (row.depth - 1)}{name_of(row)}") for row in rows]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        path = Territory.objects.filter(code=self.value()).values_list("path", flat=True).first()
        if path is None:
            return queryset.none()
        rows = HomeTerritory.objects.filter(
            partner_id=OuterRef("pk"),
            territory__path__startswith=path,
            valid_during__contains=today(),
        )
        return queryset.filter(Exists(rows))


class SuspendedFilter(admin.SimpleListFilter):
    title = gettext_lazy("suspended")
    parameter_name = "suspended"

    def lookups(self, request, model_admin):
        return [("yes", _("suspended")), ("no", _("active"))]

    def queryset(self, request, queryset):
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(suspended_at__isnull=self.value() == "no")


class MergedFilter(admin.SimpleListFilter):
    """Records that were merged into others are left out of the list unless they are asked for."""

    title = gettext_lazy("merged")
    parameter_name = "merged"

    def lookups(self, request, model_admin):
        return [("yes", _("merged into another"))]

    def queryset(self, request, queryset):
        return queryset.filter(merged_into__isnull=self.value() != "yes")


def _of_today(relation, model, *joined):
    rows = model.objects.filter(valid_during__contains=today()).select_related(*joined)
    return Prefetch(relation, queryset=rows, to_attr=f"{relation}_today")


@admin.register(Partner)
class PartnerAdmin(ContractActions, DepositActions, CertificateActions, PartnerActions, FoundByIndex, ChannelAdmin):
    list_display = ("code", "shown_name", "types", "home", "parent", "sales_figure", "state")
    list_filter = (TypeFilter, TerritoryFilter, SuspendedFilter, ContractFilter, MergedFilter)
    on_phones = ("code", "shown_name", "sales_figure", "state")
    search_fields = ("code", "name")  # found by the index
    found_by = {"pk": "partners.partner"}
    search_help_text = gettext_lazy("Code, name or pinyin")
    ordering = ("sort_key", "pk")
    inlines = INLINES
    change_form_outer_before_template = "admin/parts/partner_head.html"
    change_form_outer_after_template = "admin/parts/comments.html"
    empty_hint = gettext_lazy("Add the first partner, or bring many by an import.")
    export_fields = ("code", "name", "name_en", "country", "address", "phone", "suspended_at", "suspended_reason")
    new_fieldsets = (
        (None, {"fields": (("code", "country"), ("name", "name_en"), ("address", "phone"))}),
        (gettext_lazy("Place in the channel"), {"fields": (("parent", "home"), ("types", "since"))}),
        (gettext_lazy("Check for duplicates"), {"fields": (("number", "another"),)}),
    )
    fieldsets = ((None, {"fields": (("code", "country"), ("name", "name_en"), ("address", "phone"))}),)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                _of_today("home_territories", HomeTerritory, "territory"),
                _of_today("placements", Placement, "parent"),
                _of_today("type_assignments", PartnerTypeAssignment, "type"),
            )
        )

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.new_fieldsets

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None and self.has_add_permission(request):
            partners = visible(Partner, request)
            kwargs["form"] = type("NewPartnerForm", (NewPartnerForm,), {"partners": partners})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def decorate(self, rows, request):
        """The last twelve months' sales of the page's partners, in one question."""
        sales = {}
        for answer in hooks.sales_of_a_year(tuple(row.pk for row in rows), today()):
            sales.update(answer)
        for row in rows:
            row.sales_of_a_year = sales.get(row.pk, [])

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra = {
            "may_view_as": request.user.has_perm("partners.view_as_dealer"),
            "may_comment": request.user.has_perm("core.add_comment"),
            **(extra_context or {}),
        }
        partner = self.get_object(request, unquote(object_id)) if object_id else None
        if partner is not None:
            extra["comments"] = Comment.objects.on_record(partner)
            extra["comment_address"] = reverse("admin:partners_partner_comment", args=[partner.pk])
            self.decorate([partner], request)
            extra["partner_facts"] = [
                (_("stands under"), self.parent(partner)),
                (_("home"), self.home(partner)),
                (_("types"), self.types(partner)),
                (_("sales, 12 months"), self.sales_figure(partner)),
            ]
            extra["merged_into"] = partner.merged_into
            extra["partner_links"] = [link for part in hooks.partner_links(partner.pk, request.user) for link in part]
        return super().changeform_view(request, object_id, form_url, extra)

    def get_urls(self):
        comment = self.admin_site.admin_view(self.comment)
        return [path("<int:object_id>/comment/", comment, name="partners_partner_comment"), *super().get_urls()]

    def comment(self, request, object_id):
        """Write on the partner's thread: internal, or shared with the partner."""
        partner = self.get_object_or_deny(request, object_id)
        back = f"{reverse('admin:partners_partner_change', args=[partner.pk])}#comments"
        if request.method != "POST":
            return HttpResponseRedirect(back)
        if not request.user.has_perm("core.add_comment"):
            raise PermissionDenied
        try:
            comments.add_comment(
                record=partner,
                author=request.user,
                body=request.POST.get("body", "")[:5000],
                at=timezone.now(),
                partner_id=partner.pk if "shared" in request.POST else None,
            )
        except DomainError as refusal:
            return self.refuse(request, refusal, back)
        return HttpResponseRedirect(back)

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        context["matches"] = matches_shown(getattr(form, "matches", ()), request)
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=gettext_lazy("name"), ordering="sort_key")
    def shown_name(self, partner):
        return f"{partner.name} · {partner.name_en}" if partner.name_en else partner.name

    @display(description=gettext_lazy("types"))
    def types(self, partner):
        names = [name_of(row.type) for row in partner.type_assignments_today]
        return ", ".join(names) or "–"

    @display(description=gettext_lazy("home"))
    def home(self, partner):
        names = [name_of(row.territory) for row in partner.home_territories_today]
        return ", ".join(names) or "–"

    @display(description=gettext_lazy("stands under"))
    def parent(self, partner):
        above = [row.parent for row in partner.placements_today]
        return cells.link(above[0].name, "admin:partners_partner_change", above[0].pk) if above else "–"

    @display(description=gettext_lazy("sales, 12 months"))
    def sales_figure(self, partner):
        sums = getattr(partner, "sales_of_a_year", [])
        return "; ".join(cells.money(amount, currency) for currency, amount in sums) or "–"

    @display(description=gettext_lazy("state"), ordering="suspended_at")
    def state(self, partner):
        if partner.merged_into_id:
            return cells.label(_("merged"), "grey")
        return cells.label(_("suspended"), "orange") if partner.suspended_at else cells.label(_("active"), "green")

    def write(self, request, obj, form, change):
        data = form.cleaned_data
        names = ("name", "name_en", "country", "address", "phone")
        written = {name: data[name] for name in names if name in data}
        if change:
            details.change_details(partner=obj, **written)
            return
        made = entry.enter_partner(
            code=data["code"],
            **written,
            parent=data.get("parent"),
            home=data.get("home"),
            types=data.get("types") or (),
            since=data.get("since"),
            number=data.get("number", ""),
            scheme=data.get("scheme", ""),
            apart_from=[match.record_id for match in form.matches],
            by=request.user,
            at=timezone.now(),
        )
        obj.pk = made.pk
        obj.refresh_from_db()

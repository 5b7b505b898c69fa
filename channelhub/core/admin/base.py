"""How every list and form of the admin behaves: first fence, refusals as messages, history, export."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.checks import UnfoldModelAdminChecks
from unfold.views import ChangeList

from channelhub.core.admin import exports, history, lists, readonly
from channelhub.core.admin.paging import LimitedPaginator
from channelhub.core.admin.scope import visible
from channelhub.lib.errors import DomainError


class Scoped:
    """Lists and choices start at ``visible_to``; the choice of another record is limited likewise."""

    def get_queryset(self, request):
        rows = visible(self.model, request)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", visible(db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ChannelChecks(UnfoldModelAdminChecks):
    def _check_unfold_action_permission_methods(self, obj):
        """Unfold asks the database for the permission at every start, before there are tables; ours are roles' data."""
        return []


class ChannelList(ChangeList):
    """A page of a list: what every row needs beside itself is fetched for the page at once."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.model_admin.decorate(self.result_list, request)

    def url_for_result(self, result):
        """The first column opens the record; where a record's page says no more than its row, it is text."""
        if not self.model_admin.opens_records:
            raise NoReverseMatch
        return super().url_for_result(result)


class ChannelAdmin(Scoped, ModelAdmin):
    """A list and form of the channel managers.

    Reads start at ``visible_to``; permissions are ``User.has_perm``; writes call services (``write``); a refusal is
    shown above the kept input and leaves nothing. Nothing is deleted here.
    """

    checks_class = ChannelChecks
    paginator = LimitedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    save_on_top = False
    view_on_site = False
    staff_wide_only = False  # True: not for people limited to territories
    list_before_template = "admin/parts/list_head.html"
    object_history_template = "admin/object_history.html"
    empty_hint = ""
    opens_records = True  # False: the first column of the list is no link
    export_fields: tuple = ()  # paths of the columns of its files; empty: no file
    export_annotations: dict = {}
    sums_all = False  # True: short rows, added up however many they are
    on_phones: tuple = ()  # the four columns a card shows at 390 px; empty: the first four

    @property
    def readonly_preprocess_fields(self):
        return readonly.plain_texts(self.opts)

    # Who may do what

    def has_view_permission(self, request, obj=None):
        limited = getattr(request.acting, "territories", ()) is not None
        if self.staff_wide_only and limited and not request.user.is_superuser:
            return False
        return super().has_view_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def has_module_permission(self, request):
        return self.has_view_permission(request) or super().has_module_permission(request)

    # Writing

    def write(self, request, obj, form, change):
        """Call the topic's service; the base saves, for records without a rule of their own."""
        obj.save()

    def save_model(self, request, obj, form, change):
        self.write(request, obj, form, change)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            request.refusal = refusal  # asked a second time, the form shows it above the input
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return form

        def clean(bound):
            cleaned = form.clean(bound)
            bound.add_error(None, str(refusal))
            return cleaned

        return type(form.__name__, (form,), {"clean": clean})

    def get_formsets_with_inlines(self, request, obj=None):
        """Rows that are only shown take no part in saving."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if request.method != "POST" or not isinstance(inline, ReadOnlyInline):
                yield formset, inline

    # Reading

    def get_object_or_deny(self, request, object_id):
        """The record behind an action's address; another's is not there."""
        obj = self.get_object(request, unquote(str(object_id)))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return obj

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object_or_deny(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": obj},
            "changes": history.changes_of(obj, request),
            "object": obj,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def changelist_view(self, request, extra_context=None):
        context = {"list_sum": None, "empty_hint": self.empty_hint, **(extra_context or {})}
        response = super().changelist_view(request, context)
        listing = getattr(response, "context_data", {}) or {}
        if "cl" in listing:
            changelist = listing["cl"]
            capped = getattr(changelist.paginator, "capped", False)
            listing["list_sum"] = None if capped and not self.sums_all else self.sum_of(changelist)
            listing["capped"] = capped
            listing["chips"] = lists.chips_of(changelist, request)
            listing["exports"] = exports.links(self, changelist) if self.export_fields else []
            listing["not_on_phones"] = self._not_on_phones(request)
            listing["list_name"] = self.opts.label_lower
            listing["own_view"] = lists.own_view(self.opts.label_lower, request)
        return response

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", view, name=name), *super().get_urls()] if self.export_fields else super().get_urls()

    def export_view(self, request):
        """The list as it is filtered, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return exports.answer(self, request)

    def _not_on_phones(self, request):
        """Columns left out of the cards that rows become on a phone; the record's own page has them."""
        columns = [name for name in self.get_list_display(request) if isinstance(name, str)]
        kept = self.on_phones or columns[:4]
        return [name for name in columns if name not in kept]

    def get_changelist(self, request, **kwargs):
        return ChannelList

    def decorate(self, rows, request):
        """Fetch what a page's rows need beside themselves."""

    def sum_of(self, changelist):
        """Rows of (name, text) that add up what the filters leave; none: nothing to add."""
        return []

    def refuse(self, request, refusal, to):
        """A refused action: why, and back to where the person was."""
        messages.error(request, str(refusal))
        return HttpResponseRedirect(to)


class AppendOnlyAdmin(ChannelAdmin):
    """A ledger: read, filtered, exported; never written here."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        hidden = set(self.get_exclude(request, obj))
        return [field.name for field in self.opts.concrete_fields if field.name not in hidden]

    def get_exclude(self, request, obj=None):
        return ["id", "version", "updated_at", *(self.exclude or ())]  # what only the API needs


class ReadOnlyInline(Scoped, TabularInline):
    """Dated rows under a record: shown here, changed by their own action."""

    ordering = ("pk",)
    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False
    tab = True
    per_page = 20

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

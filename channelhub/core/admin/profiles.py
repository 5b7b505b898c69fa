from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, import_pages
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin, ReadOnlyInline
from channelhub.core.forms.imports import LookupForm, ProfileForm
from channelhub.core.models import FieldMapping, LookupTable, MappingProfile
from channelhub.core.services import profiles
from channelhub.core.services.importers import importer


class MappingInline(ReadOnlyInline):
    model = FieldMapping
    fields = readonly_fields = ("field", "columns", "lookup", "conversion", "sign", "default")
    ordering = ("pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("lookup")


class LookupInline(ReadOnlyInline):
    model = LookupTable
    fields = readonly_fields = ("name", "key_column", "value_column", "file_name")


@admin.register(MappingProfile)
class MappingProfileAdmin(AppendOnlyAdmin):
    """What the columns of a kind of file mean; edited on the page that shows real values."""

    staff_wide_only = True
    list_display = ("name", "code", "brings", "feed")
    list_select_related = ("feed",)
    search_fields = ("code", "name")
    ordering = ("name", "pk")
    exclude = ("version", "updated_at")
    inlines = (MappingInline, LookupInline)
    actions_list = ("new",)
    actions_detail = ("map_columns", "add_lookup")
    empty_hint = gettext_lazy("Press “New profile”: it says once what the columns of a kind of file mean.")

    @display(description=gettext_lazy("brings in"), ordering="importer")
    def brings(self, profile):
        return importer(profile.importer).label

    def get_urls(self):
        view = self.admin_site.admin_view(self.map_view)
        return [path("<int:profile_id>/columns/", view, name="core_mappingprofile_columns"), *super().get_urls()]

    def map_view(self, request, profile_id):
        profile = self.get_object_or_deny(request, profile_id)
        job = profile.jobs.order_by("-pk").first()
        here = reverse("admin:core_mappingprofile_columns", args=[profile.pk])
        then = reverse("admin:core_mappingprofile_change", args=[profile.pk])
        return import_pages.map_columns(self, request, profile, job=job, here=here, then=then)

    @action(description=gettext_lazy("Map columns"), icon="schema", permissions=["core.change_mappingprofile"])
    def map_columns(self, request, object_id):
        return HttpResponseRedirect(reverse("admin:core_mappingprofile_columns", args=[object_id]))

    @action(description=gettext_lazy("Lookup table"), icon="table_view", permissions=["core.change_mappingprofile"])
    def add_lookup(self, request, object_id):
        profile = self.get_object_or_deny(request, object_id)

        def act(data):
            lookup = profiles.add_lookup(
                profile=profile,
                name=data["name"],
                key_column=data["key_column"],
                value_column=data["value_column"],
                file=data["file"],
                file_name=data["file"].name,
            )
            return _("%(count)d keys can be looked up in %(name)s.") % {
                "count": lookup.values.count(),
                "name": lookup.name,
            }

        page = ActionPage(
            title=_("Lookup table"),
            hint=_("A second file that says what a key means. The same name again replaces its rows."),
            form=LookupForm,
            act=act,
            back=reverse("admin:core_mappingprofile_change", args=[profile.pk]),
            button=_("Load the table"),
        )
        return actions.answer(self, request, profile, page)

    @action(description=gettext_lazy("New profile"), icon="add", permissions=["core.add_mappingprofile"])
    def new(self, request):
        made = {}

        def act(data):
            profile = profiles.create_profile(**data)
            made.update(pk=profile.pk)
            return _("The profile is made; upload a file to map its columns.")

        page = ActionPage(
            title=_("New mapping profile"),
            form=ProfileForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse("admin:core_mappingprofile_change", args=[made["pk"]])),
            back=reverse("admin:core_mappingprofile_changelist"),
            button=_("Make the profile"),
        )
        return actions.answer(self, request, None, page)

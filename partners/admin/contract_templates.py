from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import StackedInline
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import ChannelAdmin
from channelhub.core.forms.nothing import Nothing
from channelhub.core.templatetags.figures import name_of
from partners.models import ContractTemplate, TemplateClause, TemplateVersion
from partners.services import contract_templates

MAY_CHANGE = ["partners.change_contracttemplate"]


@admin.register(ContractTemplate)
class ContractTemplateAdmin(ChannelAdmin):
    """Kinds of contract; their words stand in versions."""

    list_display = ("code", "shown_name", "language", "maker", "versions_link")
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fieldsets = ((None, {"fields": (("code", "language"), ("name", "name_en"), "maker")}),)
    actions_detail = ("new_version",)
    export_fields = ("code", "name", "name_en", "language", "maker")
    empty_hint = gettext_lazy("Add a kind of contract, then write its clauses in a version.")
    staff_wide_only = True

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    @display(description=gettext_lazy("name"))
    def shown_name(self, template):
        return name_of(template)

    @display(description=gettext_lazy("versions"))
    def versions_link(self, template):
        return cells.link(_("Show"), "admin:partners_templateversion_changelist", template__id__exact=template.pk)

    @action(description=gettext_lazy("New version"), icon="post_add", permissions=MAY_CHANGE)
    def new_version(self, request, object_id):
        """The last version's words, to be worked on."""
        template = self.get_object_or_deny(request, object_id)

        def act(_data):
            contract_templates.new_version(template=template)
            return _("A version to work on is there; publish it when its words are right.")

        page = ActionPage(
            title=_("New version"),
            form=Nothing,
            act=act,
            back=f"{reverse('admin:partners_templateversion_changelist')}?template__id__exact={template.pk}",
            button=_("Make the version"),
        )
        return actions.answer(self, request, template, page)


class ClauseInline(StackedInline):
    """The clauses of a version; no longer changed once it is published."""

    model = TemplateClause
    fields = (("position", "only_with"), "heading", "text")
    ordering = ("position",)
    extra = 0

    def _open(self, request, obj):
        changing = request.user.has_perm("partners.change_contracttemplate")
        return changing and obj is not None and obj.published_at is None

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return self._open(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._open(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._open(request, obj)


@admin.register(TemplateVersion)
class TemplateVersionAdmin(ChannelAdmin):
    """The words of contracts, version by version."""

    list_display = ("name", "number", "title", "state", "published_at")
    list_filter = ("template",)
    list_select_related = ("template",)
    search_fields = ("template__code", "template__name", "title")
    ordering = ("template__code", "-number", "pk")
    fieldsets = ((None, {"fields": ("title", "preamble", "variables")}),)
    inlines = (ClauseInline,)
    actions_detail = ("publish",)
    export_fields = ("template__code", "number", "title", "published_at")
    empty_hint = gettext_lazy("Open a template and press “New version”.")
    staff_wide_only = True

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "template__id__exact" or super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        allowed = request.user.has_perm("partners.change_contracttemplate")
        return allowed and (obj is None or obj.published_at is None)

    def get_readonly_fields(self, request, obj=None):
        return ("variables",)

    @display(description=gettext_lazy("template"))
    def name(self, version):
        return name_of(version.template)

    @display(description=gettext_lazy("state"))
    def state(self, version):
        return cells.label(_("published"), "green") if version.published_at else cells.label(_("draft"), "orange")

    @display(description=gettext_lazy("variables asked for"))
    def variables(self, version):
        return ", ".join(contract_templates.asked_for(version, list(version.clauses.all()))) or "–"

    @action(description=gettext_lazy("Publish"), icon="publish", permissions=MAY_CHANGE)
    def publish(self, request, object_id):
        """From now on new contracts are drafted with this version; it never changes again."""
        version = self.get_object_or_deny(request, object_id)
        back = reverse("admin:partners_templateversion_change", args=[version.pk])
        clauses = list(version.clauses.all())

        def preview(_data):
            facts = [(clause.heading, clause.text[:200]) for clause in clauses]
            asked = contract_templates.asked_for(version, clauses)
            if asked:
                facts.append((_("variables asked for"), ", ".join(asked)))
            return Preview(facts=facts, button=_("Publish version %(number)s") % {"number": version.number})

        def act(_data):
            contract_templates.publish(version=version, at=timezone.now(), by=request.user)
            return _("Version %(number)s is published.") % {"number": version.number}

        page = ActionPage(title=_("Publish"), form=Nothing, preview=preview, act=act, back=back)
        return actions.answer(self, request, version, page)

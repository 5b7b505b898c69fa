from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminSelectWidget

from channelhub.core.admin import cells, roles
from channelhub.core.admin.base import AppendOnlyAdmin, ChannelAdmin
from channelhub.core.admin.finding import FoundByIndex
from channelhub.core.models import Role, User, ViewAs
from channelhub.core.services import people
from channelhub.core.templatetags.figures import name_of


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, role):
        return f"{role.name_en} ({role.code})" if role.name_en else role.code


class UserForm(forms.ModelForm):
    """Who a person is and which staff roles it has; a first password is asked only when the person is new."""

    staff_roles = RolesField(
        Role.objects.none(),
        label=gettext_lazy("Roles"),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("language"),
        required=False,
        choices=[("", gettext_lazy("the browser's")), *settings.LANGUAGES],
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = User
        fields = ("email", "name", "language", "is_staff", "is_superuser", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "staff_roles" in self.fields:
            self.fields["staff_roles"].queryset = Role.objects.filter(kind=Role.Kind.STAFF).order_by("code")
            if self.instance.pk:
                self.initial["staff_roles"] = self.instance.roles.filter(kind=Role.Kind.STAFF)


@admin.register(User)
class UserAdmin(FoundByIndex, ChannelAdmin):
    form = UserForm
    staff_wide_only = True
    list_display = ("email", "name", "what", "active", "last_seen")
    list_filter = ("is_staff", "is_active", "is_machine", "roles")
    search_fields = ("email", "name")  # found by the index
    found_by = {"pk": "core.user"}
    search_help_text = gettext_lazy("E-mail or name")
    ordering = ("email",)
    readonly_fields = ("areas", "last_seen", "joined")
    fieldsets = (
        (None, {"fields": (("email", "name"), "language")}),
        (
            gettext_lazy("What the person may do"),
            {"fields": ("staff_roles", ("is_staff", "is_superuser", "is_active"), "areas")},
        ),
        (None, {"fields": (("last_seen", "joined"),)}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("roles")

    @display(description=gettext_lazy("acts as"))
    def what(self, user):
        if user.is_machine:
            return _("machine")
        if user.is_superuser:
            return _("administrator")
        names = [name_of(role) for role in user.roles.all() if role.kind == Role.Kind.STAFF]
        return ", ".join(names) or (_("staff") if user.is_staff else _("dealer"))

    @display(description=gettext_lazy("access"), ordering="is_active")
    def active(self, user):
        return cells.label(_("active"), "green") if user.is_active else cells.label(_("closed"))

    @display(description=gettext_lazy("last sign-in"), ordering="last_login")
    def last_seen(self, user):
        return cells.instant(user.last_login)

    @display(description=gettext_lazy("joined"))
    def joined(self, user):
        return cells.instant(user.date_joined)

    @display(description=gettext_lazy("sees partners of"))
    def areas(self, user):
        """Where the person's territories are set: a page of the app that owns territories."""
        if not user.pk or not user.is_staff:
            return "–"
        return cells.link(_("Show and change the territories"), "admin:partners_staffscope_of", user.pk)

    def write(self, request, obj, form, change):
        people.save_user(user=obj, roles=form.cleaned_data.get("staff_roles", ()), by=request.user)
        if not change:
            messages.info(request, _("The person sets a password by “Forgot your password?” on the sign-in page."))

    def save_related(self, request, form, formsets, change):
        """Roles are written by the service, with the person."""


@admin.register(Role)
class RoleAdmin(ChannelAdmin):
    staff_wide_only = True
    list_display = ("code", "kind", "name", "name_en", "grants", "persons_figure")
    list_filter = ("kind",)
    search_fields = ("code", "name", "name_en")
    ordering = ("kind", "code")
    readonly_fields = ("persons",)
    actions_list = ("open_matrix",)
    export_fields = ("code", "kind", "name", "name_en")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(people=Count("users", filter=Q(users__is_active=True)))

    def get_urls(self):
        view = self.admin_site.admin_view(self.matrix_view)
        return [path("matrix/", view, name="core_role_matrix"), *super().get_urls()]

    @action(description=gettext_lazy("What each role may"), icon="grid_on", permissions=["core.view_role"])
    def open_matrix(self, request):
        return HttpResponseRedirect(reverse("admin:core_role_matrix"))

    def matrix_view(self, request):
        """Every area × every role: reads, works or neither."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return TemplateResponse(
            request,
            "admin/roles/matrix.html",
            {
                **self.admin_site.each_context(request),
                **roles.matrix(self.admin_site),
                "title": _("What each role may"),
                "opts": self.opts,
            },
        )

    @display(description=gettext_lazy("people"))
    def persons_figure(self, role):
        if not role.people:
            return "–"
        return cells.link(role.people, "admin:core_user_changelist", roles__id__exact=role.pk)

    @display(description=gettext_lazy("assigned to"))
    def persons(self, role):
        """Who has this role: staff by the role itself, dealers by their membership."""
        found = list(role.users.filter(is_active=True).order_by("name", "email")[:50]) if role.pk else []
        return ", ".join(user.get_full_name() for user in found) or "–"

    @display(description=gettext_lazy("permissions"))
    def grants(self, role):
        return ", ".join(role.permissions[:4]) + (" …" if len(role.permissions) > 4 else "") or "–"


@admin.register(ViewAs)
class ViewAsAdmin(AppendOnlyAdmin):
    staff_wide_only = True
    list_display = ("who", "partner_id", "begun", "ended")
    list_filter = ("user",)
    ordering = ("-started_at",)
    list_select_related = ("user",)
    empty_hint = gettext_lazy("Nobody has looked at the portal as a dealer yet.")

    @display(description=gettext_lazy("who"))
    def who(self, viewing):
        return viewing.user.get_full_name()

    @display(description=gettext_lazy("started"), ordering="started_at")
    def begun(self, viewing):
        return cells.instant(viewing.started_at)

    @display(description=gettext_lazy("ended"), ordering="ended_at")
    def ended(self, viewing):
        return cells.instant(viewing.ended_at)

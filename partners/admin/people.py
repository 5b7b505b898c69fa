from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelect2MultipleWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import PERIOD
from channelhub.core.admin.finding import FoundByIndex
from channelhub.core.models import User
from channelhub.core.templatetags.figures import name_of
from partners.forms.partners import EndForm
from partners.models import Membership, StaffScope, Territory
from partners.services import authorisations, people


@admin.register(Membership)
class MembershipAdmin(FoundByIndex, AppendOnlyAdmin):
    """People join on the partner's page; they leave here."""

    list_display = ("name", "email", "who", "acts_as", "period")
    list_filter = ("role",)
    list_select_related = ("partner", "role")
    search_fields = ("name",)  # found by the index
    found_by = {"pk": "partners.membership", "partner_id": "partners.partner"}
    search_help_text = gettext_lazy("Name, e-mail or partner")
    ordering = ("partner__sort_key", "name", "pk")
    actions_detail = ("leave",)
    empty_hint = gettext_lazy("Open a partner and press “Invite”.")
    export_fields = ("partner__code", "name", "email", "role__code", "valid_from", "valid_through")
    export_annotations = PERIOD

    @display(description=gettext_lazy("partner"), ordering="partner__sort_key")
    def who(self, row):
        return cells.link(row.partner.name, "admin:partners_partner_change", row.partner_id)

    @display(description=gettext_lazy("role"), ordering="role__code")
    def acts_as(self, row):
        return name_of(row.role)

    @display(description=gettext_lazy("period"), ordering="valid_during")
    def period(self, row):
        return cells.period(row.valid_during)

    @action(description=gettext_lazy("End"), icon="person_remove", permissions=["partners.change_membership"])
    def leave(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)

        def preview(data):
            new = authorisations.ended(row.valid_during, data["last"])
            return Preview(
                changes=[(_("period"), cells.period(row.valid_during), cells.period(new))],
                button=_("%(name)s acts until %(day)s") % {"name": row.name, "day": data["last"]},
            )

        def act(data):
            people.leave_partner(membership=row, last=data["last"])
            return _("%(name)s acts until %(day)s.") % {"name": row.name, "day": data["last"]}

        back = reverse("admin:partners_membership_change", args=[row.pk])
        page = ActionPage(title=_("End a membership"), form=EndForm, preview=preview, act=act, back=back)
        return actions.answer(self, request, row, page)


class ScopeForm(forms.Form):
    territories = forms.ModelMultipleChoiceField(
        Territory.objects.filter(depth__lte=3).order_by("path"),
        label=gettext_lazy("territories"),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text=gettext_lazy("With all beneath. None: the person sees every partner."),
    )


@admin.register(StaffScope)
class StaffScopeAdmin(AppendOnlyAdmin):
    """Who is limited to which territories; set for one person at a time."""

    staff_wide_only = True
    list_display = ("person", "territory")
    list_select_related = ("user", "territory")
    search_fields = ("user__email", "^territory__code")
    ordering = ("user__email", "territory__path")
    actions_detail = ("limit",)
    empty_hint = gettext_lazy("Nobody is limited: every channel manager sees every partner.")

    @display(description=gettext_lazy("user"), ordering="user__email")
    def person(self, row):
        return row.user.get_full_name()

    def get_urls(self):
        from django.urls import path

        view = self.admin_site.admin_view(self.limit_person)
        return [path("of/<int:user_id>/", view, name="partners_staffscope_of"), *super().get_urls()]

    def limit_person(self, request, user_id):
        from django.http import Http404

        user = User.objects.filter(pk=user_id, is_staff=True).first()
        if user is None or not request.user.has_perm("partners.change_staffscope"):
            raise Http404
        return self._limit(request, user)

    @action(description=gettext_lazy("Change"), icon="map", permissions=["partners.change_staffscope"])
    def limit(self, request, object_id):
        return self._limit(request, self.get_object_or_deny(request, object_id).user)

    def _limit(self, request, user):
        old = [scope.territory for scope in user.scopes.select_related("territory")]

        def names(rows):
            return ", ".join(sorted(str(row) for row in rows)) or _("every partner")

        def preview(data):
            return Preview(
                changes=[(_("sees partners of"), names(old), names(data["territories"]))],
                button=_("Limit %(name)s") % {"name": user.get_full_name()},
            )

        def act(data):
            people.limit_staff(user=user, territories=data["territories"])
            return _("%(name)s sees %(what)s.") % {"name": user.get_full_name(), "what": names(data["territories"])}

        page = ActionPage(
            title=_("Territories of %(name)s") % {"name": user.get_full_name()},
            form=ScopeForm,
            initial={"territories": old},
            preview=preview,
            act=act,
            back=reverse("admin:core_user_change", args=[user.pk]),
        )
        return actions.answer(self, request, user, page)

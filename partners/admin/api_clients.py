from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.scope import visible
from partners.forms.api_clients import ClientForm
from partners.forms.partners import Nothing
from partners.models import ApiClient, Partner
from partners.services import api_clients


@admin.register(ApiClient)
class ApiClientAdmin(AppendOnlyAdmin):
    """Systems with their scopes; a secret is shown once, when it is made."""

    staff_wide_only = True
    list_display = ("name", "client_id", "speaks_for", "may", "state")
    list_select_related = ("partner", "user", "feed")
    search_fields = ("name", "=client_id")
    ordering = ("name", "pk")
    fields = ("name", "client_id", "partner", "feed", "scopes", "created")
    actions_list = ("new",)
    actions_detail = ("rotate", "revoke")
    empty_hint = gettext_lazy("Press “New client”: an ERP signs in with an id and a secret of its own.")

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    @display(description=gettext_lazy("speaks for"))
    def speaks_for(self, client):
        return client.partner.name if client.partner else _("the maker")

    @display(description=gettext_lazy("scopes"))
    def may(self, client):
        return ", ".join(client.scopes)

    @display(description=gettext_lazy("state"))
    def state(self, client):
        open_ = client.user is not None and client.user.is_active
        return cells.label(_("active"), "green") if open_ else cells.label(_("revoked"))

    @action(description=gettext_lazy("New client"), icon="add", permissions=["partners.add_apiclient"])
    def new(self, request):
        made = {}

        def act(data):
            client, secret = api_clients.create_client(**data)
            made.update(client=client)
            return secret

        page = ActionPage(
            title=_("New API client"),
            form=ClientForm,
            form_options={"partners": visible(Partner, request)},
            act=act,
            then=lambda secret: self._secret(request, made["client"], secret),
            back=reverse("admin:partners_apiclient_changelist"),
            button=_("Make the client"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("New secret"), icon="key", permissions=["partners.change_apiclient"])
    def rotate(self, request, object_id):
        client = self.get_object_or_deny(request, object_id)
        page = ActionPage(
            title=_("New secret"),
            hint=_("The old secret stops working at once."),
            form=Nothing,
            act=lambda _data: api_clients.rotate_secret(client=client),
            then=lambda secret: self._secret(request, client, secret),
            back=reverse("admin:partners_apiclient_change", args=[client.pk]),
            button=_("Make a new secret"),
        )
        return actions.answer(self, request, client, page)

    @action(description=gettext_lazy("Revoke"), icon="block", permissions=["partners.change_apiclient"])
    def revoke(self, request, object_id):
        client = self.get_object_or_deny(request, object_id)

        def act(_data):
            api_clients.revoke_client(client=client)
            return _("%(name)s is revoked: its tokens no longer open anything.") % {"name": client.name}

        page = ActionPage(
            title=_("Revoke a client"),
            form=Nothing,
            act=act,
            back=reverse("admin:partners_apiclient_change", args=[client.pk]),
            button=_("Revoke %(name)s") % {"name": client.name},
        )
        return actions.answer(self, request, client, page)

    def _secret(self, request, client, secret):
        """The only page that ever shows a secret: not kept, not cached, not in an address."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The secret of %(name)s") % {"name": client.name},
            "client": client,
            "secret": secret,
            "back": reverse("admin:partners_apiclient_change", args=[client.pk]),
        }
        return TemplateResponse(request, "admin/secret.html", context)

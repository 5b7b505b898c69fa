from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ChannelAdmin, ReadOnlyInline, Scoped
from channelhub.core.admin.exports import PERIOD
from channelhub.core.forms.nothing import Nothing
from channelhub.lib.periods import business_day
from partners.admin.contract_queues import BrokenFilter, QueueFilter
from partners.enums import ContractKind, ContractState, ObligationState
from partners.forms.contracts import DraftChangeForm, PeriodForm, ReasonForm, TerminateForm
from partners.models import (
    ContractCommitment,
    ContractObligation,
    ContractScope,
    ContractSignature,
    ContractVersion,
)
from partners.services import authorisations, contract_grants, contract_papers, contract_signing, contracts

MAY_CHANGE = ["partners.change_contractversion"]
S = ContractState
TONES = {S.DRAFT: "grey", S.SENT: "orange", S.SIGNED: "green", S.DECLINED: "red", S.WITHDRAWN: "grey", S.ENDED: "grey"}
OBLIGATION_TONES = {ObligationState.KEPT: "green", ObligationState.BROKEN: "red"}


class DraftLines(Scoped, TabularInline):
    """Lines of a version: written while it is a draft, shown afterwards."""

    extra = 0
    tab = True

    def _open(self, request, obj):
        return request.user.has_perm("partners.change_contractversion") and obj is not None and obj.is_draft

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return self._open(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._open(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._open(request, obj)


class ScopeInline(DraftLines):
    model = ContractScope
    fields = ("territory", "product_line", "sales_channel", "exclusive")
    autocomplete_fields = ("territory", "product_line", "sales_channel")


class CommitmentInline(DraftLines):
    model = ContractCommitment
    fields = ("quarter_on", "product_line", "amount")
    autocomplete_fields = ("product_line",)


class SignatureInline(ReadOnlyInline):
    model = ContractSignature
    fields = readonly_fields = ("person", "email", "role", "signed_at", "address", "sha256")


class ObligationInline(ReadOnlyInline):
    model = ContractObligation
    fields = readonly_fields = ("kind", "due_on", "wanted", "actual", "currency", "state", "checked_on")
    ordering = ("due_on", "pk")


@admin.register(ContractVersion)
class ContractVersionAdmin(ChannelAdmin):
    """Contracts and their amendments: who has not signed, what runs out, what is drafted."""

    form = DraftChangeForm
    list_display = ("number_text", "who", "kind", "state_label", "period", "waits", "deposit_figure")
    on_phones = ("number_text", "who", "state_label", "period")
    list_filter = (("partner", AutocompleteSelectFilter), QueueFilter, "state", "kind", "contract__template")
    list_select_related = ("contract", "partner")
    search_fields = ("contract__number", "partner__code", "partner__name")
    search_help_text = gettext_lazy("Number, code or name of the partner")
    ordering = ("-contract__number", "-number", "pk")
    sortable_by = ()
    inlines = (ScopeInline, CommitmentInline, ObligationInline, SignatureInline)
    actions_detail = ("send", "amend", "withdraw", "terminate")
    empty_hint = gettext_lazy("Open a partner and press “Draft a contract”.")
    export_annotations = PERIOD
    export_fields = (
        "contract__number",
        "number",
        "partner__code",
        "partner__name",
        "kind",
        "state",
        "valid_from",
        "valid_through",
        "currency",
        "deposit_amount",
        "notice_days",
        "sent_at",
        "sign_by",
        "sha256",
    )
    terms = (
        ("first_day", "last"),
        ("currency", "renewal_days"),
        ("deposit_amount", "deposit_days"),
        ("notice_days", "price_consent"),
        "penalty",
        ("signatory_name", "signatory_email"),
        "filled_places",
    )
    shown = (
        "number_text",
        "who",
        "state_label",
        "period",
        "currency",
        "deposit_figure",
        "deposit_days",
        "notice_days",
        "price_consent",
        "penalty",
        "renewal_days",
        "signatory_name",
        "signatory_email",
        "sign_by",
        "paper",
        "proof",
        "ended_reason",
    )

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def get_fieldsets(self, request, obj=None):
        fields = self.terms if self.has_change_permission(request, obj) else self.shown
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request, obj=None):
        return () if self.has_change_permission(request, obj) else self.shown

    def save_formset(self, request, form, formset, change):
        """A line belongs to the partner of its version."""
        for line in formset.save(commit=False):
            line.partner_id = form.instance.partner_id
            line.save()
        for line in formset.deleted_objects:
            line.delete()

    @display(description=gettext_lazy("number"), ordering="contract__number")
    def number_text(self, version):
        return f"{version.contract.number} · {version.number}"

    @display(description=gettext_lazy("partner"))
    def who(self, version):
        return cells.link(version.partner.name, "admin:partners_partner_change", version.partner_id)

    @display(description=gettext_lazy("state"))
    def state_label(self, version):
        day = business_day(timezone.now())
        if version.state == S.SIGNED and version.in_force.upper and version.in_force.upper <= day:
            return cells.label(_("run out"))
        return cells.label(version.get_state_display(), TONES[S(version.state)])

    @display(description=gettext_lazy("period"))
    def period(self, version):
        return cells.period(version.in_force or version.valid_during)

    @display(description=gettext_lazy("waits since"))
    def waits(self, version):
        return cells.instant(version.sent_at) if version.state == S.SENT else "–"

    @display(description=gettext_lazy("deposit"))
    def deposit_figure(self, version):
        if not version.deposit_amount:
            return "–"
        text = cells.money(version.deposit_amount, version.currency)
        return cells.link(text, "admin:partners_depositaccount_changelist", contract__id__exact=version.contract_id)

    @display(description=gettext_lazy("paper"))
    def paper(self, version):
        return cells.link(_("Open the PDF"), "document", version.document_id) if version.document_id else "–"

    @display(description=gettext_lazy("proof"))
    def proof(self, version):
        if not version.sha256:
            return "–"
        if contract_signing.paper_is_whole(version):
            return cells.label(_("The stored paper has the recorded hash."), "green")
        return cells.label(_("The stored paper does not have the recorded hash."), "red")

    def _answer(self, request, version, **page):
        back = reverse("admin:partners_contractversion_change", args=[version.pk])
        return actions.answer(self, request, version, ActionPage(back=back, **page))

    @action(description=gettext_lazy("Send for signature"), icon="send", permissions=MAY_CHANGE)
    def send(self, request, object_id):
        """The words as they will stand in the paper, and what would be refused, before it is sent."""
        version = self.get_object_or_deny(request, object_id)

        def preview(_data):
            rivals = contract_grants.rivals_of(version)
            warnings = [
                _("%(partner)s is exclusive here: this will be refused.") % {"partner": name}
                for _scope, name, _pk in rivals
            ]
            contract_papers.refuse_incomplete(version)
            words = contract_papers.words_of(version)
            facts = [*words.clauses, *((_("sold where"), " · ".join(row)) for row in words.scopes)]
            facts += [(_("commitment"), " · ".join(row)) for row in words.commitments]
            return Preview(facts=facts, warnings=warnings, refused=bool(rivals), button=_("Send it to the partner"))

        def act(_data):
            contracts.send(version=version, at=timezone.now(), by=request.user)
            return _("The contract is sent; the partner is told.")

        return self._answer(
            request, version, title=_("Send for signature"), form=Nothing, preview=preview, act=act,
            hint=_("From then on its terms never change."),
        )  # fmt: skip

    @action(description=gettext_lazy("Amend or renew"), icon="edit_document", permissions=MAY_CHANGE)
    def amend(self, request, object_id):
        """A draft that follows this contract: a renewal when it begins after the last day, else an amendment."""
        version = self.get_object_or_deny(request, object_id)
        current = version.in_force or version.valid_during

        def act(data):
            renewal = current.upper is not None and data["first_day"] >= current.upper
            kind = ContractKind.RENEWAL if renewal else ContractKind.AMENDMENT
            contracts.amend(contract=version.contract, kind=kind, valid_during=data["valid_during"])
            return _("%(kind)s drafted: complete it, then send it.") % {"kind": kind.label}

        return self._answer(
            request, version, title=_("Amend or renew"), form=PeriodForm, act=act, button=_("Make the draft"),
            initial={"first_day": current.upper or business_day(timezone.now())},
        )  # fmt: skip

    @action(description=gettext_lazy("Take back"), icon="undo", permissions=MAY_CHANGE)
    def withdraw(self, request, object_id):
        version = self.get_object_or_deny(request, object_id)

        def act(data):
            contracts.withdraw(version=version, reason=data["reason"], at=timezone.now())
            return _("The contract is taken back.")

        return self._answer(request, version, title=_("Take back"), form=ReasonForm, act=act, button=_("Take it back"))

    @action(description=gettext_lazy("Terminate"), icon="event_busy", permissions=MAY_CHANGE)
    def terminate(self, request, object_id):
        version = self.get_object_or_deny(request, object_id)

        def preview(data):
            old = version.in_force or version.valid_during
            new = authorisations.ended(old, data["last"])
            changes = [(_("in force"), cells.period(old), cells.period(new))]
            return Preview(changes=changes, button=_("End it with %(day)s") % {"day": data["last"]})

        def act(data):
            contracts.terminate(version=version, **{name: data[name] for name in ("last", "reason")}, at=timezone.now())
            return _("The contract ends with %(day)s.") % {"day": data["last"]}

        return self._answer(request, version, title=_("Terminate"), form=TerminateForm, preview=preview, act=act)


@admin.register(ContractObligation)
class ContractObligationAdmin(AppendOnlyAdmin):
    """What the night watches: commitments by quarter and deposits, the broken ones first in the filter."""

    list_display = (
        "contract_link",
        "who",
        "kind",
        "due_on",
        "wanted_figure",
        "actual_figure",
        "state_label",
        "checked_on",
    )
    on_phones = ("contract_link", "who", "actual_figure", "state_label")
    list_filter = (("partner", AutocompleteSelectFilter), BrokenFilter, "kind", "state")
    list_select_related = ("version__contract", "partner")
    search_fields = ("version__contract__number", "partner__code", "partner__name")
    ordering = ("-due_on", "pk")
    sortable_by = ()
    empty_hint = gettext_lazy("Signed contracts with commitments or a deposit are watched here.")
    export_fields = (
        "version__contract__number",
        "partner__code",
        "kind",
        "due_on",
        "currency",
        "wanted",
        "actual",
        "state",
        "checked_on",
    )

    @display(description=gettext_lazy("contract"))
    def contract_link(self, row):
        return cells.link(row.version.contract.number, "admin:partners_contractversion_change", row.version_id)

    @display(description=gettext_lazy("partner"))
    def who(self, row):
        return row.partner.name

    @display(description=gettext_lazy("agreed"))
    def wanted_figure(self, row):
        return cells.money(row.wanted, row.currency)

    @display(description=gettext_lazy("reached"))
    def actual_figure(self, row):
        return cells.money(row.actual, row.currency)

    @display(description=gettext_lazy("state"))
    def state_label(self, row):
        return cells.label(row.get_state_display(), OBLIGATION_TONES.get(ObligationState(row.state), "grey"))

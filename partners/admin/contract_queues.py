"""Queues of contracts: who has not signed, what runs out, who has none; and drafting one from the partner's page."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.lib.periods import business_day
from partners.enums import ContractState, ObligationState
from partners.forms.contracts import DraftForm
from partners.models import ContractVersion
from partners.services import contracts

QUARTER = timedelta(days=90)


def today():
    return business_day(timezone.now())


class QueueFilter(admin.SimpleListFilter):
    """What somebody has to do something about."""

    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [
            ("unsigned", _("not signed yet")),
            ("late", _("not signed in time")),
            ("ending", _("runs out within 90 days")),
            ("over", _("run out, nothing follows")),
            ("broken", _("obligation not kept")),
        ]

    def queryset(self, request, queryset):
        day = today()
        signed = queryset.filter(state=ContractState.SIGNED)
        follows = ContractVersion.objects.filter(
            contract=OuterRef("contract"), in_force__startswith__gte=OuterRef("in_force__endswith")
        )
        queues = {
            "unsigned": queryset.waiting,
            "late": lambda: queryset.waiting().filter(sign_by__lt=day),
            "ending": lambda: signed.filter(in_force__endswith__gt=day, in_force__endswith__lte=day + QUARTER),
            "over": lambda: signed.filter(~Exists(follows), in_force__endswith__lte=day),
            "broken": lambda: signed.filter(obligations__state=ObligationState.BROKEN).distinct(),
        }
        return queues[self.value()]() if self.value() in queues else queryset


class BrokenFilter(admin.SimpleListFilter):
    """Obligations that need somebody."""

    title = gettext_lazy("watched")
    parameter_name = "watched"

    def lookups(self, request, model_admin):
        return [("behind", _("due within 30 days, not reached")), ("broken", _("not kept"))]

    def queryset(self, request, queryset):
        if self.value() == "broken":
            return queryset.filter(state=ObligationState.BROKEN)
        if self.value() == "behind":
            soon = today() + timedelta(days=30)
            return queryset.filter(state=ObligationState.OPEN, due_on__lte=soon, actual__lt=F("wanted"))
        return queryset


class ContractFilter(admin.SimpleListFilter):
    """Partners by whether a contract is in force today."""

    title = gettext_lazy("contract")
    parameter_name = "contract"

    def lookups(self, request, model_admin):
        return [("in_force", _("in force")), ("unsigned", _("not signed yet")), ("none", _("none in force"))]

    def queryset(self, request, queryset):
        mine = ContractVersion.objects.filter(partner_id=OuterRef("pk"))
        in_force = Exists(mine.in_force_on(today()))
        choices = {"in_force": in_force, "unsigned": Exists(mine.waiting()), "none": ~in_force}
        return queryset.filter(choices[self.value()]) if self.value() in choices else queryset


class ContractActions:
    """Mixed into the partners' form."""

    @action(
        description=gettext_lazy("Draft a contract"),
        icon="contract",
        permissions=["partners.change_contractversion"],
    )
    def draft_contract(self, request, object_id):
        """The terms of a new contract; what may be sold where and the commitments are added to the draft."""
        partner = self.get_object_or_deny(request, object_id)
        made = {}

        def preview(data):
            facts = [(_("contract template"), str(data["template"])), (_("period"), cells.period(data["valid_during"]))]
            return Preview(facts=facts, button=_("Make the draft"))

        def act(data):
            made["version"] = contracts.draft(
                partner=partner,
                template=data["template"],
                terms=DraftForm.terms_of(data),
                number=data["number"],
            )
            return _("The draft is there: say what may be sold where, then send it.")

        page = ActionPage(
            title=_("Draft a contract"),
            form=DraftForm,
            preview=preview,
            act=act,
            back=reverse("admin:partners_partner_change", args=[partner.pk]),
        )
        answer = actions.answer(self, request, partner, page)
        if "version" in made:
            answer["Location"] = reverse("admin:partners_contractversion_change", args=[made["version"].pk])
        return answer

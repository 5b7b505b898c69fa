"""What a manager does about a partner's deposit from the partner's own page."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.lib.periods import business_day
from partners.enums import DepositKind
from partners.forms.deposits import OpenDepositForm
from partners.services import deposits
from partners.services.deposits import Wanted


class DepositActions:
    """Mixed into the partners' form: ask for a deposit, as the rule says or more."""

    @action(
        description=gettext_lazy("Ask for a deposit"),
        icon="account_balance",
        permissions=["partners.change_depositaccount"],
    )
    def ask_for_deposit(self, request, object_id):
        partner = self.get_object_or_deny(request, object_id)
        rule = deposits.rule_for(partner=partner, on=business_day(timezone.now()))
        there = {row.currency: row for row in deposits.balance(partner)}
        asked = there[rule.currency].due if rule and rule.currency in there else 0
        initial = {"currency": rule.currency, "amount": max(rule.amount - asked, 0)} if rule else {}

        def preview(data):
            old = there[data["currency"]].due if data["currency"] in there else 0
            amounts = (cells.money(amount, data["currency"]) for amount in (old, old + data["amount"]))
            return Preview(changes=[(_("due"), *amounts)], button=_("Ask for the deposit"))

        def act(data):
            account = deposits.open_account(partner=partner, currency=data["currency"])
            if rule is not None and rule.currency == account.currency:
                deposits.change_terms(account=account, topup_days=rule.topup_days, stop_after_days=rule.stop_after_days)
            wanted = Wanted(DepositKind.DUE, data["amount"], note=data["note"])
            deposits.book(account=account, wanted=wanted, at=timezone.now(), by=request.user)
            return _("The deposit is asked for; the partner is told.")

        back = reverse("admin:partners_partner_change", args=[partner.pk])
        page = ActionPage(
            title=_("Ask for a deposit"), form=OpenDepositForm, preview=preview, act=act, back=back, initial=initial
        )
        return actions.answer(self, request, partner, page)

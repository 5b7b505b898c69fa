"""What can be found of money: programmes by code and name, statements by their programme and period."""

from django.urls import reverse

from channelhub.core.enums.rights import PortalRight
from channelhub.core.services.search_sources import Source
from channelhub.lib.periods import Period
from pricing.models import RebateAccount

_PROGRAMME = (
    "(SELECT concat_ws(' ', p.code, p.name, p.name_en) FROM pricing_rebateprogramme p WHERE p.id = n.programme_id)"
)
_PARTNER = "(SELECT p.code FROM partners_partner p WHERE p.id = n.partner_id)"


def _statement_title(account: RebateAccount) -> str:
    period = Period(account.period_on, account.period_ends).name
    return f"{account.programme.code} {account.programme.name} · {period} · {account.partner.name}"


def _statement(account: RebateAccount) -> str:
    return reverse("portal_statement", args=[account.pk])


SOURCES = (
    Source(model="pricing.RebateProgramme", code="n.code", words=("n.name", "n.name_en"), icon="savings"),
    Source(model="pricing.PriceList", code="n.code", words=("n.name", "n.name_en"), icon="sell"),
    Source(model="pricing.Promotion", code="n.code", words=("n.name", "n.name_en"), icon="campaign"),
    Source(
        model="pricing.RebateAccount",
        code="''",
        words=(_PROGRAMME, _PARTNER, "to_char(n.period_on, 'YYYYMM')"),
        partner="n.partner_id",
        icon="account_balance_wallet",
        title=_statement_title,
        portal=_statement,
        right=PortalRight.MONEY,
        joined=("programme", "partner"),
    ),
)

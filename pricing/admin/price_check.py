"""The price check: a question in the address, the answer with its reasons on the page."""

from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from channelhub.core.admin.scope import visible
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day, business_zone
from partners.models import Partner
from pricing.forms.prices import PriceCheckForm
from pricing.services.price_answers import Line, answer_prices
from pricing.services.price_explained import explain


class PriceCheckPage:
    """What a partner pays, on any day, as known at any moment."""

    @action(description=gettext_lazy("Price check"), icon="price_check", permissions=["pricing.view_pricelist"])
    def price_check(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET if "partner" in request.GET else None
        form = PriceCheckForm(asked, partners=visible(Partner, request), initial={"quantity": 1})
        found = _found(form) if asked is not None and form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Price check"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "found": found,
        }
        return TemplateResponse(request, "admin/pricing/price_check.html", context)


def _found(form):
    """The answer, with what it was asked for; a currency that is none stands at its field."""
    data, now = form.cleaned_data, timezone.now()
    on = data["on"] or business_day(now)
    known_at = now
    if data["known_on"]:
        known_at = datetime.combine(data["known_on"] + timedelta(days=1), time(), tzinfo=business_zone())
    line = Line(data["product"].sku, data["quantity"])
    try:
        [answer] = answer_prices(
            partner=data["partner"], on=on, known_at=known_at, lines=[line], currency=data["currency"], ladder=True
        )
    except DomainError as refusal:
        form.add_error("currency", str(refusal))
        return None
    return {
        "partner": data["partner"],
        "product": data["product"],
        "on": on,
        "known_at": known_at if data["known_on"] else None,
        "explained": explain([answer])[0],
        "answer": answer,
    }

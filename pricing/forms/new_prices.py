from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.services.exports import Column, ExportKind
from pricing.models import RevisionNotice
from pricing.services import new_prices

LONGEST_ID = 19  # digits; more is no number of a record


def _clean(data: Mapping[str, Any]) -> dict[str, Any]:
    notice = str(data.get("notice", ""))
    if not (notice.isdecimal() and len(notice) < LONGEST_ID):
        raise ExportFilterUnknown(_("These filters cannot be read: %(fields)s") % {"fields": "notice"})
    return {"notice": int(notice), "q": str(data.get("q", ""))[:100]}


def _rows(user: Any, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The own net prices of one announcement; nothing for who may not see it."""
    notice = RevisionNotice.objects.visible_to(user).filter(pk=params["notice"]).first()
    if notice is None or user.acting.standing is None or new_prices.told(notice) is None:
        return []
    rows = new_prices.every_new_price(notice=notice, words=params.get("q", ""), at=timezone.now())
    return [
        (
            row.product.sku,
            row.product.name,
            row.product.name_en,
            row.product.unit,
            row.quantity.normalize(),
            row.before,
            row.after,
            row.currency,
        )
        for row in rows
    ]


NEW_PRICES = ExportKind(
    code="new_prices",
    title=gettext_lazy("New prices"),
    columns=(
        Column(gettext_lazy("Product code"), "sku", is_text=True),
        Column(gettext_lazy("Product"), "name", is_text=True),
        Column(gettext_lazy("Product in English"), "name_en", is_text=True),
        Column(gettext_lazy("Unit"), "unit", is_text=True),
        Column(gettext_lazy("From quantity"), "quantity"),
        Column(gettext_lazy("Price before"), "before"),
        Column(gettext_lazy("New price"), "after"),
        Column(gettext_lazy("Currency"), "currency"),
    ),
    rows=_rows,
    clean=_clean,
)

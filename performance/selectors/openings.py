"""Every figure opens the rows it is made of: the admin's list, as a name and its query."""

from datetime import date, timedelta
from typing import Any

from channelhub.lib.periods import add_months
from performance.rules.kpis import REGISTRY

ONE_DAY = timedelta(days=1)
SALES_LINES = "admin:pricing_salesline_changelist"


def rows_behind(*, kpi: str, partner_id: int, month: date, months: int = 1) -> tuple[str, dict[str, Any]]:
    """(name of the list, its query) for a KPI of a partner over the months that end with ``month``."""
    first, last = add_months(month, 1 - months), add_months(month, 1) - ONE_DAY
    source = REGISTRY[kpi].source
    if source == "findings":
        query = {"partner__id__exact": partner_id, "month__gte": first, "month__lte": last}
        return "admin:performance_finding_changelist", query
    if source == "reports":
        query = {"partner__id__exact": partner_id, "month__gte": first, "month__lte": last}
        return "admin:performance_salesreport_changelist", query
    return SALES_LINES, lines_query(source=source, partner_id=partner_id, first=first, last=last)


def lines_query(*, source: str, partner_id: int, first: date, last: date) -> dict[str, Any]:
    """The ledger's filters for a source of sales and the days, the last one included."""
    kinds = {"kind__exact": 1} if source == "sell_in" else {"kind__in": "2,3"}
    return {"partner__id__exact": partner_id, **kinds, "booked_on_from": first, "booked_on_to": last}

"""What lists of partners show of their money: from the rollup, never from the ledger."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from channelhub.lib.periods import add_months, month_of
from pricing.enums import SalesKind
from pricing.models import SalesLine, SalesMonth


def sales_of_a_year(partner_ids: Sequence[int], today: date) -> dict[int, list[tuple[str, Decimal]]]:
    """Net sales of the twelve months up to this one, by partner and currency, the larger sum first."""
    since = add_months(month_of(today), -11)
    rows = SalesMonth.objects.filter(partner_id__in=list(partner_ids), month__gte=since, month__lte=today).order_by()
    found: dict[int, list[tuple[str, Decimal]]] = {}
    for row in rows.values("partner_id", "currency").annotate(total=Sum("amount")).order_by("partner_id", "-total"):
        found.setdefault(row["partner_id"], []).append((row["currency"], row["total"]))
    return found


def purchases_of(partner_id: int, line_path: str | None, period: tuple[date, date], currency: str) -> Decimal:
    """Net purchases booked from the first day to the one before the second, of a line and all beneath; None: of all."""
    first, until = period
    lines = SalesLine.objects.filter(
        partner_id=partner_id, kind=SalesKind.SELL_IN, currency=currency, booked_on__gte=first, booked_on__lt=until
    )
    if line_path is not None:
        lines = lines.filter(product_line__path__startswith=line_path)
    return lines.aggregate(total=Sum("net_amount", default=Decimal(0)))["total"]

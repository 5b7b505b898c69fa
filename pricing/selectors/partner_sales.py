"""What lists of partners show of their money: from the rollup, never from the ledger."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from channelhub.lib.periods import add_months, month_of
from pricing.models import SalesMonth


def sales_of_a_year(partner_ids: Sequence[int], today: date) -> dict[int, list[tuple[str, Decimal]]]:
    """Net sales of the twelve months up to this one, by partner and currency, the larger sum first."""
    since = add_months(month_of(today), -11)
    rows = SalesMonth.objects.filter(partner_id__in=list(partner_ids), month__gte=since, month__lte=today).order_by()
    found: dict[int, list[tuple[str, Decimal]]] = {}
    for row in rows.values("partner_id", "currency").annotate(total=Sum("amount")).order_by("partner_id", "-total"):
        found.setdefault(row["partner_id"], []).append((row["currency"], row["total"]))
    return found

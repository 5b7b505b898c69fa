"""What stands on one partner's page beside its record: sums, and what ends soon."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from channelhub.lib.periods import add_months, month_of
from partners.models import Authorisation, Membership, Partner, Placement
from performance.models import Finding
from pricing.models import RebateAccount, RebatePosting, SalesMonth

SOON = timedelta(days=90)
MOST = 10

Sums = list[tuple[str, Decimal]]


@dataclass(frozen=True)
class Ending:
    """Something of a partner that ends within ninety days: what, its last day, and the record."""

    code: str
    name: str
    last: date
    record: Any


@dataclass(frozen=True)
class Money:
    """A partner's money by currency: sales of twelve months by kind, rebates of running periods, open findings."""

    sales: list[tuple[int, str, Decimal]]
    rebates: Sums
    at_risk: Sums


def money(user: Any, partner: Partner, *, today: date) -> Money:
    """The sums of the tiles, each from the rows that its list shows."""
    since = add_months(month_of(today), -11)
    sales = SalesMonth.objects.visible_to(user).filter(partner=partner, month__gte=since, month__lte=today)
    running = RebateAccount.objects.visible_to(user).filter(
        partner=partner, period_on__lte=today, period_ends__gt=today
    )
    posted = RebatePosting.objects.visible_to(user).filter(account__in=running)
    found = Finding.objects.visible_to(user).still_open().filter(partner=partner)
    by_kind = sales.order_by().values_list("kind", "currency").annotate(total=Sum("amount"))
    return Money(
        sorted(by_kind, key=lambda row: (row[0], -row[2])),
        _sums(posted, "amount"),
        _sums(found, "damage"),
    )


def _sums(rows: Any, field: str) -> Sums:
    sums = rows.order_by().values_list("currency").annotate(total=Sum(field))
    return sorted(sums, key=lambda row: -row[1])


def ends_soon(user: Any, partner: Partner, *, today: date) -> list[Ending]:
    """Authorisations, people, its place and rebate periods that end within ninety days, the first one first.

    Only of what the person's roles show at all.
    """
    until = today + SOON
    kinds: tuple[tuple[str, Any, tuple[str, ...], Any], ...] = (
        ("authorisation", Authorisation, ("partner", "territory", "product_line"), _limits),
        ("person", Membership, ("partner",), lambda row: row.name),
        ("placement", Placement, ("parent",), lambda row: row.parent.name if row.parent else ""),
    )
    found = []
    for code, model, joined, name in kinds:
        if not _sees(user, model):
            continue
        rows = model.objects.visible_to(user).filter(
            partner=partner, valid_during__contains=today, valid_during__endswith__lte=until
        )
        ending = rows.select_related(*joined)[:MOST]
        found += [Ending(code, name(row), row.valid_during.upper - timedelta(days=1), row) for row in ending]
    if _sees(user, RebateAccount):
        accounts = RebateAccount.objects.visible_to(user).filter(
            partner=partner, period_on__lte=today, period_ends__gt=today, period_ends__lte=until
        )
        found += [
            Ending("rebate", account.programme.name, account.period_ends - timedelta(days=1), account)
            for account in accounts.select_related("programme")[:MOST]
        ]
    return sorted(found, key=lambda ending: ending.last)


def _sees(user: Any, model: Any) -> bool:
    """Places stand on the partner's own record; of the rest one must see the table."""
    return model is Placement or user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def _limits(row: Authorisation) -> str:
    return " · ".join(part.name for part in (row.territory, row.product_line) if part) or row.partner.name

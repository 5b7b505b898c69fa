"""The tabs of a partner's page: each a table of its latest rows, fetched when it is opened, and the way to all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channelhub.core.admin import cells
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import Period, business_day
from inventory.models import StockLevel
from partners.models import (
    Authorisation,
    GrantedBenefit,
    HomeTerritory,
    Membership,
    PartnerTypeAssignment,
    Placement,
    TierAssignment,
)
from partners.templatetags.benefits import benefit_text
from performance.models import Finding, Score, Target, TierProposal
from pricing.models import PriceAssignment, RebateAccount, RebatePosting, SalesLine

SHOWN = 20


@dataclass(frozen=True)
class Column:
    """A column: its name, a row's text in it, and whether it is a figure."""

    name: Any
    text: Callable[[Any], Any]
    figure: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of one model of a partner. ``name``: the admin's name of the model, whose list and pages are linked."""

    title: Any
    model: type
    columns: tuple[Column, ...]
    order: tuple[str, ...] = ("-pk",)
    joined: tuple[str, ...] = ()
    partner: str = "partner"
    record: Callable[[Any], Any] = lambda row: row.pk
    opens: str = ""
    narrowed: dict | None = None

    @property
    def permission(self):
        return f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"

    def rows(self, user, partner):
        """The latest rows, one more than are shown."""
        rows = self.model._default_manager.all()  # noqa: SLF001 - how Django names a model's first manager
        seen = rows.visible_to(user) if hasattr(rows, "visible_to") else rows
        found = seen.filter(**{self.partner: partner}, **(self.narrowed or {})).order_by(*self.order)
        return list((found.select_related(*self.joined) if self.joined else found)[: SHOWN + 1])

    def address_of(self, row):
        name = self.opens or f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_change"
        try:
            return reverse(name, args=[self.record(row)])
        except NoReverseMatch:
            return ""

    def all_of(self, partner):
        """The list of all of them; empty where there is none."""
        try:
            address = reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist")
        except NoReverseMatch:
            return ""
        return f"{address}?{self.partner}__id__exact={partner.pk}"


def _period(row):
    return cells.period(row.valid_during)


def _period_of(account):
    return Period(account.period_on, account.period_ends).name


def _month(day: date):
    return f"{day:%Y-%m}"


def _or_dash(value):
    return formats.NO_DATA if value in (None, "") else value


def _named(row):
    return name_of(row) if row else formats.NO_DATA


WHEN = Column(_("period"), _period)

TABS: tuple[tuple[str, Any, tuple[Table, ...]], ...] = (
    (
        "money",
        _("Money"),
        (
            Table(
                _("Rebate statements"),
                RebateAccount,
                (
                    Column(_("programme"), lambda row: name_of(row.programme)),
                    Column(_("period"), _period_of),
                    Column(_("currency"), lambda row: row.currency),
                ),
                ("-period_on", "pk"),
                ("programme",),
            ),
            Table(
                _("Rebate postings"),
                RebatePosting,
                (
                    Column(_("programme"), lambda row: name_of(row.account.programme)),
                    Column(_("booked in"), lambda row: _month(row.booked_in)),
                    Column(_("amount"), lambda row: cells.money(row.amount, row.currency), figure=True),
                ),
                ("-recorded_at", "-pk"),
                ("account__programme",),
            ),
        ),
    ),
    (
        "sales",
        _("Sales"),
        (
            Table(
                _("Last sales lines"),
                SalesLine,
                (
                    Column(_("booked on"), lambda row: cells.day(row.booked_on)),
                    Column(_("kind"), lambda row: row.get_kind_display()),
                    Column(_("product"), lambda row: f"{row.product.sku} {name_of(row.product)}"),
                    Column(_("quantity"), lambda row: cells.quantity(row.quantity, row.product.unit), figure=True),
                    Column(_("net amount"), lambda row: cells.money(row.net_amount, row.currency), figure=True),
                ),
                ("-booked_on", "-pk"),
                ("product",),
            ),
        ),
    ),
    (
        "contracts",
        _("Contracts"),
        (
            Table(
                _("Authorisations"),
                Authorisation,
                (
                    Column(_("territory"), lambda row: _named(row.territory)),
                    Column(_("product line"), lambda row: _named(row.product_line)),
                    Column(_("sales channel"), lambda row: _named(row.sales_channel)),
                    WHEN,
                ),
                ("-valid_during",),
                ("territory", "product_line", "sales_channel"),
            ),
            Table(
                _("Stands under"),
                Placement,
                (Column(_("partner"), lambda row: row.parent.name if row.parent else formats.NO_DATA), WHEN),
                ("-valid_during",),
                ("parent",),
                record=lambda row: row.parent_id,
                opens="admin:partners_partner_change",
            ),
            Table(
                _("Home territories"),
                HomeTerritory,
                (Column(_("territory"), lambda row: name_of(row.territory)), WHEN),
                ("-valid_during",),
                ("territory",),
            ),
            Table(
                _("Types"),
                PartnerTypeAssignment,
                (Column(_("type"), lambda row: name_of(row.type)), WHEN),
                ("-valid_during",),
                ("type",),
            ),
        ),
    ),
    (
        "prices",
        _("Prices"),
        (
            Table(
                _("Price lists of its own"),
                PriceAssignment,
                (
                    Column(_("price list"), lambda row: _named(row.price_list)),
                    Column(_("valid from"), lambda row: cells.day(row.valid_from)),
                    Column(_("priority"), lambda row: row.priority, figure=True),
                ),
                ("-valid_from", "-pk"),
                ("price_list",),
                narrowed={"known_until": None},
            ),
        ),
    ),
    (
        "stock",
        _("Stock"),
        (
            Table(
                _("Stock levels"),
                StockLevel,
                (
                    Column(_("location"), lambda row: name_of(row.location)),
                    Column(_("product"), lambda row: f"{row.product.sku} {name_of(row.product)}"),
                    Column(_("on hand"), lambda row: cells.quantity(row.on_hand, row.product.unit), figure=True),
                    Column(_("counted at"), lambda row: cells.instant(row.counted_at)),
                ),
                ("-counted_at", "-pk"),
                ("location", "product"),
            ),
        ),
    ),
    (
        "judgement",
        _("Score and targets"),
        (
            Table(
                _("Scores"),
                Score,
                (
                    Column(_("month"), lambda row: _month(row.month)),
                    Column(_("scorecard"), lambda row: str(row.scorecard)),
                    Column(_("grade"), lambda row: _or_dash(row.grade)),
                    Column(_("score"), lambda row: _or_dash(row.score), figure=True),
                    Column(_("rank"), lambda row: f"{row.rank}/{row.ranked}" if row.rank else formats.NO_DATA),
                ),
                ("-month", "pk"),
                ("scorecard",),
            ),
            Table(
                _("Targets"),
                Target,
                (
                    Column(_("KPI"), lambda row: row.get_kpi_display()),
                    WHEN,
                    Column(_("target"), lambda row: cells.money(row.amount, row.currency), figure=True),
                ),
                ("-valid_during", "pk"),
                narrowed={"known_until": None, "amount__isnull": False},
            ),
            Table(
                _("Findings"),
                Finding,
                (
                    Column(_("month"), lambda row: _month(row.month)),
                    Column(_("kind"), lambda row: row.get_kind_display()),
                    Column(_("state"), lambda row: row.get_state_display()),
                    Column(_("estimated damage"), lambda row: cells.money(row.damage, row.currency), figure=True),
                ),
                ("-month", "-damage", "pk"),
            ),
            Table(
                _("Tiers"),
                TierAssignment,
                (Column(_("tier"), lambda row: name_of(row.tier)), WHEN),
                ("-valid_during", "pk"),
                ("tier",),
            ),
            Table(
                _("Granted benefits"),
                GrantedBenefit,
                (
                    Column(_("benefit"), lambda row: row.benefit.get_kind_display()),
                    Column(_("what"), lambda row: benefit_text(row.benefit)),
                    WHEN,
                ),
                ("-valid_during", "pk"),
                ("benefit",),
            ),
            Table(
                _("Tier proposals"),
                TierProposal,
                (
                    Column(_("proposal"), lambda row: row.get_kind_display()),
                    Column(_("to tier"), lambda row: _named(row.to_tier)),
                    Column(_("opened"), lambda row: cells.day(row.opened_on)),
                    Column(_("grace until"), lambda row: cells.day(row.grace_until)),
                    Column(_("state"), lambda row: row.get_state_display()),
                ),
                ("-opened_on", "-pk"),
                ("to_tier",),
            ),
        ),
    ),
    (
        "people",
        _("People"),
        (
            Table(
                _("People"),
                Membership,
                (
                    Column(_("name"), lambda row: row.name),
                    Column(_("e-mail"), lambda row: row.email),
                    Column(_("role"), lambda row: name_of(row.role)),
                    WHEN,
                ),
                ("-valid_during", "name"),
                ("role",),
            ),
        ),
    ),
)


def tabs_of(user):
    """The tabs with at least one table that the person may see: code, name, those tables."""
    found = []
    for code, name, tables in TABS:
        seen = [table for table in tables if user.has_perm(table.permission)]
        if seen:
            found.append((code, name, seen))
    return found


def filled(user, partner, tables):
    """Title, column names, rows (an address and cells), whether there are more, and the list of all."""
    drawn = []
    for table in tables:
        rows = table.rows(user, partner)
        lines = [
            (table.address_of(row), [(column.name, column.text(row), column.figure) for column in table.columns])
            for row in rows[:SHOWN]
        ]
        drawn.append((table.title, table.columns, lines, len(rows) > SHOWN, table.all_of(partner)))
    return drawn


def today():
    return business_day(timezone.now())

"""Lists of sales lines: narrowed, summed and as an export, always from what the reader may see."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.fields import CharField, DecimalField

from partners.models import Partner, Product
from pricing.enums import SalesKind
from pricing.models import SalesLine

KEY = ("-booked_on", "-id")
PRODUCTS_FOUND = 500


def lines_for(user: Any, filters: Mapping[str, Any]) -> QuerySet:
    """The lines a person may see, narrowed by ``SalesLineFilter``'s values (days as dates or ISO texts)."""
    lines = SalesLine.objects.visible_to(user)
    if kind := filters.get("kind"):
        lines = lines.filter(kind=kind)
    if partner := filters.get("partner"):
        lines = lines.filter(partner_id=partner)
    if first := filters.get("valid_from"):
        lines = lines.filter(booked_on__gte=first)
    if last := filters.get("valid_through"):
        lines = lines.filter(booked_on__lte=last)
    return lines.filter(_found(filters["q"])) if filters.get("q") else lines


def _found(words: str) -> Q:
    """A document's number, or a product whose code begins so: both found by an index."""
    skus = Q(sku__startswith=words) | Q(sku__startswith=words.upper())
    products = Product.objects.filter(skus).values_list("pk", flat=True)[:PRODUCTS_FOUND]
    return Q(document=words) | Q(product_id__in=list(products))


def sums_of(lines: QuerySet) -> list[dict[str, Any]]:
    """Per currency: how many lines and their net amount; the number that the list adds up to."""
    sums = lines.order_by().values("currency").annotate(count=Count("pk"), net=Sum("net_amount"))
    return list(sums.order_by("currency"))


def with_names(lines: list[SalesLine]) -> list[dict[str, Any]]:
    """The lines with the product and the partner of each, in two queries."""
    products = Product.objects.in_bulk({line.product_id for line in lines})
    partners = Partner.objects.in_bulk({line.partner_id for line in lines})
    return [
        {"line": line, "product": products.get(line.product_id), "partner": partners.get(line.partner_id)}
        for line in lines
    ]


def export_rows(user: Any, params: Mapping[str, Any]) -> QuerySet:
    """The lines as rows of a file, with codes and names instead of ids, newest first."""
    product = Product.objects.filter(pk=OuterRef("product_id"))
    partner = Partner.objects.filter(pk=OuterRef("partner_id"))
    kinds = [When(kind=value, then=Value(str(label))) for value, label in SalesKind.choices]
    return (
        lines_for(user, params)
        .annotate(
            kind_name=Case(*kinds, output_field=CharField()),
            partner_code=Subquery(partner.values("code")),
            partner_name=Subquery(partner.values("name")),
            sku=Subquery(product.values("sku")),
            product_name=Subquery(product.values("name")),
            unit=Subquery(product.values("unit")),
            plain_quantity=_plain("quantity"),
            plain_list_amount=_plain("list_amount"),
            plain_net_amount=_plain("net_amount"),
        )
        .order_by(*KEY)
    )


def _plain(field: str) -> Func:
    """A number without the zeros that only pad its column."""
    return Func(F(field), function="trim_scale", output_field=DecimalField())


def latest_lines(user: Any, count: int) -> list[dict[str, Any]]:
    return with_names(list(SalesLine.objects.visible_to(user).order_by(*KEY)[:count]))


def net_between(user: Any, first: date, last: date) -> list[tuple[str, Decimal]]:
    """Net sell-in and sell-out together would mean nothing: the sell-in per currency, both days included."""
    lines = lines_for(user, {"kind": SalesKind.SELL_IN, "valid_from": first, "valid_through": last})
    return [(row["currency"], row["net"]) for row in sums_of(lines)]

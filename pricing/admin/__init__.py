"""Pages of the money: ledger, programmes, accounts, months, rates. Importing a topic registers it."""

from pricing.admin import (
    accounts,
    agreements,
    limits,
    map_prices,
    months,
    price_lists,
    price_revisions,
    price_rows,
    programmes,
    promotions,
    rates,
    revision_notices,
    revision_rows,
    rollups,
    sales,
)

__all__ = [
    "accounts",
    "agreements",
    "limits",
    "map_prices",
    "months",
    "price_lists",
    "price_revisions",
    "price_rows",
    "programmes",
    "promotions",
    "rates",
    "revision_notices",
    "revision_rows",
    "rollups",
    "sales",
]

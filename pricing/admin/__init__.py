"""Pages of the money: ledger, programmes, accounts, months, rates. Importing a topic registers it."""

from pricing.admin import accounts, months, price_lists, price_rows, programmes, promotions, rates, rollups, sales

__all__ = [
    "accounts",
    "months",
    "price_lists",
    "price_rows",
    "programmes",
    "promotions",
    "rates",
    "rollups",
    "sales",
]

"""Pages of the money: ledger, programmes, accounts, months, rates. Importing a topic registers it."""

from pricing.admin import accounts, months, programmes, rates, rollups, sales

__all__ = ["accounts", "months", "programmes", "rates", "rollups", "sales"]

from pricing.importers import agreements, map_prices, prices, promotions, sales

__all__ = ["agreements", "map_prices", "prices", "promotions", "sales"]

from pricing.importers import map_prices, prices, promotions, sales

__all__ = ["map_prices", "prices", "promotions", "sales"]

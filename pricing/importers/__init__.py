from pricing.importers import prices, promotions, sales

__all__ = ["prices", "promotions", "sales"]

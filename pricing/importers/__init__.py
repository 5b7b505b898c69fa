from pricing.importers import sales

__all__ = ["sales"]

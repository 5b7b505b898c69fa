from pricing.models.sales import SalesBatch, SalesLine

__all__ = ["SalesBatch", "SalesLine"]

from inventory.models.locations import Location
from inventory.models.stock import StockBatch, StockLevel, StockMovement
from inventory.models.visibility import StockVisibility

__all__ = ["Location", "StockBatch", "StockLevel", "StockMovement", "StockVisibility"]

from inventory.importers import stock

__all__ = ["stock"]

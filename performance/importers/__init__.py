from performance.importers import targets

__all__ = ["targets"]

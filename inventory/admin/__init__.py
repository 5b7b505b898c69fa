"""Pages of the goods: locations, levels, movements, sync. Importing a topic registers it."""

from inventory.admin import levels, locations, sync, visibility

__all__ = ["levels", "locations", "sync", "visibility"]

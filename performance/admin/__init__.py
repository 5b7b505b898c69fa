"""Pages that join apps: the night and the start page. Importing a topic registers it."""

from performance.admin import night

__all__ = ["night"]

"""Pages that join apps: the night and the start page. Importing a topic registers it."""

from performance.admin import night, partner_page, provinces, start

__all__ = ["night", "partner_page", "provinces", "start"]

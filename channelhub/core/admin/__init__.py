"""Pages of the plumbing: people, feeds, months, viewings. Importing a topic registers it."""

from channelhub.core.admin import feeds, months, people

__all__ = ["feeds", "months", "people"]

"""Pages of the plumbing: people, feeds, months, imports. Importing a topic registers it."""

from channelhub.core.admin import feeds, imports, months, people, profiles

__all__ = ["feeds", "imports", "months", "people", "profiles"]

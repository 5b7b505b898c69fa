"""Pages of the plumbing: people, tasks, feeds, imports. Importing a topic registers it."""

from channelhub.core.admin import attention, feeds, imports, people, profiles

__all__ = ["attention", "feeds", "imports", "people", "profiles"]

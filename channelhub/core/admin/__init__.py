"""Pages of the plumbing: people, tasks, feeds, imports. Importing a topic registers it."""

from channelhub.core.admin import absences, attention, cases, events, feeds, imports, people, processes, profiles

__all__ = ["absences", "attention", "cases", "events", "feeds", "imports", "people", "processes", "profiles"]

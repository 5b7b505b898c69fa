import pgtrigger
from django.db import models
from django.db.models.functions import Now


def version_trigger(*not_business: str) -> pgtrigger.Trigger:
    """Set ``version`` (the ETag) and ``updated_at`` when a business column changed.

    By the database, because set-based writes never call ``auto_now``. ``not_business`` names columns that are derived
    (a tree's number of children): their change is no new version.
    """
    return pgtrigger.Trigger(
        name="new_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(exclude=["version", "updated_at", *not_business]),
        func="NEW.version = OLD.version + 1; NEW.updated_at = now(); RETURN NEW;",
    )


def never_deleted() -> pgtrigger.Trigger:
    """Masters that ledgers name are ended or merged, never deleted, by anybody."""
    return pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


def append_only() -> pgtrigger.Trigger:
    """A ledger's rows are never changed and never deleted; a correction is a new row."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Versioned(models.Model):
    """A record people and systems edit: its version is the ETag. Add ``version_trigger()`` to ``Meta.triggers``."""

    version = models.IntegerField(db_default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

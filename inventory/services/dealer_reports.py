"""A dealer reports the stock of its own locations by a file, through the staged import like everybody."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from channelhub.core.models import Feed, ImportJob, MappingProfile, User
from channelhub.core.services import imports, profiles
from channelhub.core.services.fence import unfenced
from channelhub.lib.locks import advisory_lock
from partners.models import Partner

COLUMNS = ("location", "product", "on_hand", "counted_at")  # what a dealer's file has to have
SMALL = 512 * 1024  # taken while the dealer waits; a bigger one by a worker


def report_by_file(
    *, partner: Partner, file: File, name: str, complete: bool, by: User | None, at: datetime
) -> ImportJob:
    """Take a file with the stock of the partner's locations and of those under it; refuses what is no table.

    ``complete``: what the named locations hold and the file does not name is zero. Rows of other locations, and bad
    ones, are refused by row, field and rule; the others are taken.
    """
    with unfenced():
        profile = _profile_of(partner, "stock_snapshot" if complete else "stock")
        job = imports.upload(profile=profile, file=file, name=name, at=at, by=by, partner_id=partner.pk)
        if job.size > SMALL:
            return imports.order_take(job=job)
        imports.take_now(job=job, at=at)
        job.refresh_from_db()
        return job


@transaction.atomic
def _profile_of(partner: Partner, importer: str) -> MappingProfile:
    """The partner's own profile, made when it first reports; both of its profiles share one feed."""
    code = f"portal-{importer.replace('_', '-')}-{partner.pk}"
    advisory_lock(f"inventory_portal_profile_{partner.pk}")
    known = MappingProfile.objects.filter(code=code).first()
    if known is not None:
        return known
    own = {"name": partner.name[:100], "partner_id": partner.pk}
    feed, _created = Feed.objects.get_or_create(code=f"portal-stock-{partner.pk}", defaults=own)
    profile = profiles.create_profile(code=code, name=partner.name[:100], importer_name=importer, feed=feed)
    profiles.save_mappings(profile=profile, mappings={column: {"columns": [column]} for column in COLUMNS})
    return profile

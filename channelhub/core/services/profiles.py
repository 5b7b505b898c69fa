"""Mapping profiles as people keep them: where each field of an importer comes from, and the tables looked up in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.errors import ProfileWithoutField
from channelhub.core.models import Feed, FieldMapping, LookupTable, MappingProfile
from channelhub.core.services import imports
from channelhub.core.services.importers import importer

PARTS = ("columns", "prefix", "separator", "lookup", "then_lookup", "conversion", "factor", "sign", "default")


@transaction.atomic
def create_profile(*, code: str, name: str, importer_name: str, feed: Feed | None = None) -> MappingProfile:
    """A profile for files of one kind; without a feed it gets one of its own, which nothing else speaks for."""
    importer(importer_name)
    own = feed or Feed.objects.create(code=code, name=name)
    return MappingProfile.objects.create(code=code, name=name, importer=importer_name, feed=own)


@transaction.atomic
def save_mappings(*, profile: MappingProfile, mappings: Mapping[str, Mapping[str, Any]]) -> int:
    """Write where each field comes from: exactly these; one with neither column nor default is no mapping.

    Refused: a field that the profile's importer does not have. How many fields are mapped now.
    """
    MappingProfile.objects.select_for_update().get(pk=profile.pk)
    known = importer(profile.importer).field_names
    unknown = sorted(set(mappings) - set(known))
    if unknown:
        raise ProfileWithoutField(_("There is no field %(field)s.") % {"field": unknown[0]})
    kept = 0
    for field, parts in mappings.items():
        if not parts.get("columns") and not parts.get("default"):
            FieldMapping.objects.filter(profile=profile, field=field).delete()
            continue
        values = {name: parts[name] for name in PARTS if name in parts}
        FieldMapping.objects.update_or_create(profile=profile, field=field, defaults=values)
        kept += 1
    return kept


@transaction.atomic
def add_lookup(
    *, profile: MappingProfile, name: str, key_column: str, value_column: str, file: File, file_name: str
) -> LookupTable:
    """A table that a file fills: what its key column holds means what its value column holds. Again replaces it."""
    lookup, _created = LookupTable.objects.update_or_create(
        profile=profile,
        name=name,
        defaults={"key_column": key_column, "value_column": value_column},
    )
    imports.load_lookup(lookup=lookup, file=file, name=file_name)
    lookup.refresh_from_db()
    return lookup


def columns_known(profile: MappingProfile, of_file: Sequence[str] = ()) -> list[str]:
    """The columns a person may choose from: the file's (or the latest file's), then those mapped already."""
    latest = profile.jobs.order_by("-pk").values_list("columns", flat=True).first() or []
    mapped = [column for columns in profile.mappings.values_list("columns", flat=True) for column in columns]
    return list(dict.fromkeys([*(of_file or latest), *mapped]))

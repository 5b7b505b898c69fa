"""Profiles and files for the staged import."""

import io

import xlsxwriter
from django.core.files.base import ContentFile

from channelhub.core.models import FieldMapping, MappingProfile
from channelhub.core.services import imports
from channelhub.core.services.importers import importer
from tests.factories.partners import next_number
from tests.factories.sales import ENTRY, make_feed


def make_profile(kind, /, *, feed=None, **mappings):
    """A profile; a mapping is a column's name, or the fields of a FieldMapping. Unnamed fields: columns of that name.

    ``make_profile("sales", partner="Buyer", currency={"default": "USD"})``; None leaves a field out.
    """
    code = f"profile{next_number()}"
    profile = MappingProfile.objects.create(code=code, name=code, importer=kind, feed=feed or make_feed())
    for field in importer(kind).field_names:
        mapping = mappings.get(field, None if mappings else field)
        if mapping is not None:
            fields = {"columns": [mapping]} if isinstance(mapping, str) else mapping
            FieldMapping.objects.create(profile=profile, field=field, **fields)
    return profile


def csv_of(rows, *, delimiter=",", encoding="utf-8"):
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows).encode(encoding)


def xlsx_of(rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def upload(profile, content, name="lines.csv", **options):
    return imports.upload(profile=profile, file=ContentFile(content), name=name, **{"at": ENTRY, **options})


def bring_in(profile, content, name="lines.csv"):
    """Upload and take at once; the job as it stands then."""
    return imports.take_now(job=upload(profile, content, name), at=ENTRY)

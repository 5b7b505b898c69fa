from django.core.management.base import BaseCommand

from channelhub.core.services.duplicates import entries
from channelhub.core.services.duplicates.sources import every_source


class Command(BaseCommand):
    help = "Write the keys of the duplicate check anew, for every kind of record; meanwhile it finds nothing."

    def add_arguments(self, parser):
        parser.add_argument("--workers", type=int, default=1)

    def handle(self, **options):
        for source in every_source():
            written = entries.rebuild(source, workers=options["workers"])
            self.stdout.write(f"{source.kind}: {written} written.")

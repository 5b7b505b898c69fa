from django.core.management.base import BaseCommand

from channelhub.core.services import fence_setup, search_setup
from channelhub.core.services.duplicates import entries


class Command(BaseCommand):
    help = "Set the fence: role, grants and row policies for every table. After migrate and after a restore."

    def handle(self, **options):
        count = fence_setup.set_fence()
        self.stdout.write(f"The fence stands around {count} tables.")
        for kind in search_setup.set_search():
            self.stdout.write(f"Search entries written: {kind}")
        for kind in entries.set_duplicates():
            self.stdout.write(f"Entries for the duplicate check wait to be written: {kind}")

from django.core.management.base import BaseCommand

from partners.services.reference import load_reference


class Command(BaseCommand):
    """Roles, countries and provinces, sales channels, partner types: adds what is missing."""

    help = "Add the reference data that is missing; what was changed since stays. Safe to run again."

    def handle(self, **options):
        load_reference(say=self.stdout.write)

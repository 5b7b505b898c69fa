from django.core.management import call_command
from django.core.management.base import BaseCommand

from channelhub.lib.locks import session_slot

STEPS = (
    ("Database schema", "migrate", {"interactive": False, "verbosity": 1}),
    ("Fence: role, grants, policies", "fence", {}),
    ("Reference data", "load_reference", {}),
    ("Messages", "messages", {"compile": True}),
    ("Front-end files", "collectstatic", {"interactive": False, "verbosity": 0}),
)


class Command(BaseCommand):
    """After new code was put in place, and for a first installation: everything the code needs, in its order."""

    help = "Bring database, fence, reference data, messages and front-end files up to this code. Repeatable."
    requires_system_checks = []

    def handle(self, **options):
        with session_slot("core_upgrade", slots=1) as slot:
            if slot is None:
                self.stdout.write("Another upgrade is at work; it does the same.")
                return
            for title, name, arguments in STEPS:
                self.stdout.write(f"{title} …")
                call_command(name, stdout=self.stdout, **arguments)
        self.stdout.write("Up to date.")

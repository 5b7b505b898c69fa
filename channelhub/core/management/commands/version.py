import json

from django.core.management.base import BaseCommand

from channelhub.core.services import versions


class Command(BaseCommand):
    help = "Show the versions of all parts: system, servers, schema, libraries, front end. --json for machines."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON object by kind and name")

    def handle(self, **options):
        parts = versions.every_part()
        if options["json"]:
            found = {}
            for part in parts:
                found.setdefault(part.kind, {})[part.name] = part.version
            self.stdout.write(json.dumps(found, indent=2))
            return
        kind = None
        for part in parts:
            if part.kind != kind:
                kind = part.kind
                self.stdout.write(kind)
            self.stdout.write(f"  {part.name:24} {part.version}")

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from channelhub.core.services import health

PARTS = ("database", "redis", "worker", "beat")
WEB = "web"


class Command(BaseCommand):
    help = "Leave with 0 when the named parts of the installation work, with 1 and the reason when one does not."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("parts", nargs="*", choices=[*PARTS, WEB, []], help="default: all but web")
        parser.add_argument("--port", type=int, default=8000, help="of this machine's web server")

    def handle(self, *, parts, port, **options):
        found = {WEB: health.web_trouble(port=port)} if WEB in parts else {}
        if set(parts) != {WEB}:
            found |= health.readiness(at=timezone.now()).parts
        troubles = {name: found[name] for name in parts or PARTS if found[name]}
        if troubles:
            raise CommandError(", ".join(f"{name}: {trouble}" for name, trouble in troubles.items()))
        self.stdout.write("ok")

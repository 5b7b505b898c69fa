from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from performance.errors import DemoNeedsEmptyChannel
from performance.services.demo.seed import seed_demo


class Command(BaseCommand):
    """A small channel to look at, the same for the same seed and day."""

    help = "Put a demo channel into an empty system and print who may sign in."

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=["small"], default="small")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, seed, **options):
        try:
            access = seed_demo(seed=seed, at=timezone.now(), say=self.say)
        except DemoNeedsEmptyChannel as refusal:
            raise CommandError(str(refusal)) from refusal
        self.say(f"Sign in with the password {access.password} as")
        for login in access.logins:
            self.say(f"  {login.email:32} {login.shown_as}")
        self.say(f"ERP client id     {access.client_id}")
        self.say(f"ERP client secret {access.client_secret}")

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

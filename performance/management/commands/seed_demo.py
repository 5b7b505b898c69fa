import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from performance.errors import DemoNeedsEmptyChannel
from performance.rules.demo.scales import SCALES
from performance.services.demo.seed import seed_demo


class Command(BaseCommand):
    """A channel to look at, the same for the same scale, seed and day; interrupted, it leaves nothing behind."""

    help = "Put a demo channel with two years of history into an empty system and print who may sign in."

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=SCALES, default="small", help="small, medium or large")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--troubles", type=Path, help="write which lines belong to planted troubles, as JSON")

    def handle(self, *, scale, seed, troubles, **options):
        try:
            access = seed_demo(scale=SCALES[scale], seed=seed, at=timezone.now(), say=self.say)
        except DemoNeedsEmptyChannel as refusal:
            raise CommandError(str(refusal)) from refusal
        if troubles:
            troubles.write_text(json.dumps(vars(access.planted), indent=1))
        self.say(f"Sign in with the password {access.password} as")
        for login in access.logins:
            self.say(f"  {login.email:32} {login.shown_as}")
        self.say(f"ERP client id     {access.client_id}")
        self.say(f"ERP client secret {access.client_secret}")

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from channelhub.core.services import messages


class Command(BaseCommand):
    help = "Messages for people: update (default), --fill FILE, --check, --compile, --missing."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="fail when a locale is incomplete")
        parser.add_argument("--compile", action="store_true", help="write the binary catalogues")
        parser.add_argument("--missing", action="store_true", help="print what 简体 lacks, as JSON")
        parser.add_argument("--fill", type=Path, help="a JSON object: source text to 简体")

    def handle(self, **options):
        if options["check"]:
            self._check()
        elif options["compile"]:
            self.stdout.write(f"{messages.compile_all()} messages compiled.")
        elif options["missing"]:
            found = {gap.message for gap in messages.gaps() if gap.locale == "zh_Hans"}
            self.stdout.write(json.dumps(sorted(found), ensure_ascii=False, indent=0))
        else:
            if options["fill"]:
                messages.update()
                filled = messages.fill(json.loads(options["fill"].read_text()))
                self.stdout.write(f"{filled} messages filled.")
            messages.update()

    def _check(self):
        gaps = messages.gaps()
        for gap in gaps:
            self.stderr.write(f"{gap.locale}: {gap.message!r}: {gap.reason}")
        if gaps:
            raise CommandError(f"{len(gaps)} messages to translate: manage.py messages, then edit locale/zh_Hans.")
        self.stdout.write("Translations are complete.")

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from channelhub.core.enums.night import RunStatus
from channelhub.core.selectors.night import progress
from channelhub.core.services.night import chunks
from channelhub.lib.errors import DomainError
from performance.services import night


class Command(BaseCommand):
    help = "Run the night of a day, or one of its steps, here and now. A second time posts nothing twice."

    def add_arguments(self, parser):
        parser.add_argument("--date", type=date.fromisoformat, help="The business day; default: the one that is due.")
        parser.add_argument("--step", help="Only this step.")

    def handle(self, *args, date, step, **options):
        now = timezone.now()
        try:
            run = self.opened(date, step, now)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if run is None:
            self.stdout.write(f"The night of {night.due_day(now)} is done already.")
            return
        self.shown = None
        run = chunks.work_through(
            run=run,
            clock=timezone.now,
            worker=chunks.worker_name(),
            after_each=lambda: self.show(run),
        )
        self.report(run)

    def opened(self, day, step, now):
        if step:
            return night.open_step_alone(code=step, day=day or night.due_day(now), at=now)
        return night.open_night(day=day, at=now) if day else night.open_or_join(at=now)

    def report(self, run):
        if run.status == RunStatus.DONE:
            self.stdout.write(f"The run of {run.business_day} is done.")
            return
        for chunk in run.chunks.set_aside().select_related("step"):
            self.stderr.write(f"set aside: {chunk.step.code} {chunk.part}: {chunk.error}")
        raise CommandError(f"The run of {run.business_day} ended {run.status}.")

    def show(self, run):
        """One line whenever something has moved."""
        now = progress(run, at=timezone.now())
        line = f"{now.done}/{now.total} parts done"
        if now.set_aside:
            line += f", {now.set_aside} set aside"
        if now.seconds_left:
            line += f", {now.per_minute:.0f} a minute, {now.seconds_left} s left"
        if (now.done, now.set_aside) != self.shown:
            self.shown = (now.done, now.set_aside)
            current = next((step.code for step in now.steps if step.ended_at is None), "")
            self.stdout.write(f"{current}: {line}" if current else line)

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunKind(TextChoices):
    """The night of a day, or one of its steps run alone by a person."""

    NIGHT = "night", _("Night")
    ALONE = "alone", _("Step alone")


class RunStatus(TextChoices):
    """Open until nothing is left to do; incomplete when something was set aside."""

    OPEN = "open", _("Running")
    DONE = "done", _("Done")
    INCOMPLETE = "incomplete", _("Incomplete")
    CANCELLED = "cancelled", _("Cancelled")


class LogLevel(TextChoices):
    """How much a line of a run's log matters."""

    INFO = "info", _("Information")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")


class HeartbeatKind(TextChoices):
    """Who says that it lives."""

    BEAT = "beat", _("Scheduler")
    WORKER = "worker", _("Worker")

from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.enums.night import HeartbeatKind


class Heartbeat(models.Model):
    """When the scheduler, or any worker, was last seen; written by themselves, one row of each kind."""

    fence = FenceClass.STAFF

    kind = models.CharField(_("kind"), max_length=10, choices=HeartbeatKind, primary_key=True)
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self):
        return f"{self.kind} {self.seen_at:%Y-%m-%d %H:%M:%S}"

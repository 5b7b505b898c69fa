from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened; waits until it is dispatched.

    ``position``: its place in the feed, given by the one dispatcher after commit, so that a reader who remembers a
    position misses nothing. Written by ``services.outbox``, dispatched by ``services.dispatch``.
    """

    fence = FenceClass.STAFF

    name = models.CharField(_("event"), max_length=80)
    data = models.JSONField(_("data"), encoder=DjangoJSONEncoder)
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())
    position = models.BigIntegerField(_("position"), null=True, blank=True, unique=True, editable=False)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                name="core_outbox_event_position_is_given_at_dispatch",
                condition=Q(position__isnull=True, dispatched_at__isnull=True)
                | Q(position__isnull=False, dispatched_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="core_outbox_event_waiting", condition=Q(dispatched_at__isnull=True)),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.name} {self.pk}"


class HandlingQuerySet(models.QuerySet):
    def waiting(self):
        """Not done and not set aside."""
        return self.filter(done_at__isnull=True, set_aside_at__isnull=True)

    def due(self, at):
        """Waiting, and not to be left alone after a failure until later; oldest event first."""
        due = self.waiting().filter(due_at__lte=at)
        return due.order_by("event__position", "handler")


class EventHandling(models.Model):
    """What one handler has still to do, or did, with one event. The mark is set in the handler's own transaction.

    After five failed attempts it is set aside with its error and a task for a person, who may order "again".
    """

    fence = FenceClass.STAFF

    event = models.ForeignKey(OutboxEvent, models.PROTECT, related_name="handlings", verbose_name=_("event"))
    handler = models.CharField(_("handler"), max_length=120)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = HandlingQuerySet.as_manager()

    class Meta:
        verbose_name = _("handling of an event")
        verbose_name_plural = _("handlings of events")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "handler"],
                name="core_event_handling_each_handler_once_per_event",
            ),
            models.CheckConstraint(
                name="core_event_handling_is_done_or_set_aside_not_both",
                condition=Q(done_at__isnull=True) | Q(set_aside_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="core_event_handling_waiting",
                condition=Q(done_at__isnull=True, set_aside_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.event_id} {self.handler}"

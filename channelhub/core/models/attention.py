from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channelhub.core import hooks
from channelhub.core.enums import messages
from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.delegations import Delegation
from channelhub.core.models.scoped import OwnRows
from channelhub.lib.periods import business_day


class NotificationQuerySet(OwnRows):
    def visible_to(self, user):
        """One's own, and what is addressed to all of one's partner; staff see only what is addressed to them."""
        acting = getattr(user, "acting", None)
        if acting is None or not user.is_authenticated:
            return self.none()
        if acting.standing is None:
            return self.filter(user_id=user.pk)
        return self._of_dealer(user, acting.standing.partner_id)

    def _of_dealer(self, user, partner_id):
        return super()._of_dealer(user, partner_id).filter(Q(user=None) | Q(user_id=user.pk))

    def unread(self):
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """Something a person should know, shown in the product until read: a code and values, never a sentence.

    For one of the staff: ``user``. For a dealer: ``partner_id``, and ``user`` if it is for one person there.
    Written by ``services.attention``; read by the addressee.
    """

    fence = FenceClass.OWN

    user = models.ForeignKey(
        "core.User",
        models.CASCADE,
        verbose_name=_("person"),
        null=True,
        blank=True,
        related_name="notifications",
    )
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True)
    code = models.CharField(_("message"), max_length=80)
    values = models.JSONField(_("values"), encoder=DjangoJSONEncoder, default=dict)
    url = models.CharField(_("address"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(
                name="core_notification_has_an_addressee",
                condition=Q(user__isnull=False) | Q(partner_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="core_notification_of_user"),
            models.Index(fields=["partner_id", "-created_at"], name="core_notification_of_partner"),
        ]

    def __str__(self):
        return f"{self.pk} {self.code}"

    @property
    def text(self) -> str:
        return messages.render(self.code, self.values)


class TaskQuerySet(OwnRows):
    def visible_to(self, user):
        """As other rows of core; and those about a partner only for the staff who may see that partner."""
        rows = super().visible_to(user)
        acting = getattr(user, "acting", None)
        if acting is None or acting.standing is not None or acting.territories is None:
            return rows
        within = hooks.partners_within(acting.territories)
        return rows.filter(Q(about_partner_id=None) | Q(about_partner_id__in=within))

    def _of_dealer(self, user, partner_id):
        return super()._of_dealer(user, partner_id).filter(role="")

    def still_open(self):
        return self.filter(closed_at__isnull=True)

    def overdue(self, *, on):
        return self.still_open().filter(due_on__lt=on)

    def for_person(self, user):
        """What waits for this person: its own, its roles', its partner's, and that of whom it stands in for today.

        Only what it may see: a role's task about a partner of another territory waits for somebody else.
        """
        acting = getattr(user, "acting", None)
        if (
            acting is not None and acting.partner_id is not None
        ):  # a dealer reads no delegation: staff tables are closed
            return self.filter(Q(partner_id=acting.partner_id) & (Q(user=None) | Q(user_id=user.pk)))
        mine = Q(user_id=user.pk) | Q(role__in=user.roles.values("code"))
        for delegation in Delegation.objects.in_force(business_day(timezone.now())).filter(delegate_id=user.pk):
            held = delegation.user.roles.filter(code=delegation.role) if delegation.role else delegation.user.roles
            mine |= Q(role__in=held.values("code")) | Q(user_id=delegation.user_id, record_type="core.workflowcase")
        return self.filter(mine)


class Task(models.Model):
    """Something a person has to do about a record, for a role, a person or a partner; closed with a result.

    ``kind`` and ``values`` are a message: code and values. ``key`` names what it is about, so that the same thing
    opens one task only. ``partner_id``: the partner has to do it; ``about_partner_id``: one of the staff has, who may
    see this partner. Opened and closed by ``services.attention``, never deleted.
    """

    fence = FenceClass.OWN

    kind = models.CharField(_("kind"), max_length=80)
    values = models.JSONField(_("values"), encoder=DjangoJSONEncoder, default=dict)
    key = models.CharField(_("key"), max_length=120)
    role = models.SlugField(_("role"), max_length=40, blank=True)
    user = models.ForeignKey(
        "core.User",
        models.PROTECT,
        verbose_name=_("person"),
        null=True,
        blank=True,
        related_name="tasks",
    )
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True, db_index=True)
    about_partner_id = models.BigIntegerField(_("about"), null=True, blank=True, editable=False)
    record_type = models.CharField(_("kind of record"), max_length=80, blank=True)
    record_id = models.BigIntegerField(_("record"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    result = models.TextField(_("result"), blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(
                name="core_task_is_for_somebody",
                condition=~Q(role="") | Q(user__isnull=False) | Q(partner_id__isnull=False),
            ),
            models.CheckConstraint(
                name="core_task_is_closed_with_a_result",
                condition=Q(closed_at__isnull=True, result="") | (Q(closed_at__isnull=False) & ~Q(result="")),
            ),
            models.UniqueConstraint(
                fields=["key"],
                name="core_task_one_open_per_key",
                condition=Q(closed_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["record_type", "record_id"], name="core_task_of_record")]

    def __str__(self):
        return f"{self.pk} {self.kind}"

    @property
    def text(self) -> str:
        return messages.render(self.kind, self.values)

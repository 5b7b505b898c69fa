"""E-mails: rendered in the recipient's language, sent by handlers of events, so that none is lost or sent too early."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from channelhub.core import hooks
from channelhub.core.models import ExportJob, Notification, Task, User
from channelhub.core.services import outbox
from channelhub.lib.periods import business_day

DAY = timedelta(days=1)
LISTED = 20
ASKED = 20  # of a role's people at most


def language_of(user: User | None) -> str:
    """The language a person reads: as chosen, else the installation's."""
    return (user.language if user else "") or settings.LANGUAGE_CODE


def address(path: str) -> str:
    """A page's whole address, for letters."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def send(*, user: User, template: str, **facts: Any) -> bool:
    """Send a person ``templates/emails/<template>``: subject, text, HTML; not to machines and who has left."""
    if user.is_machine or not user.is_active:
        return False
    context = {"person": user, **facts}
    return send_to(email=user.email, language=language_of(user), template=template, **context)


def send_to(*, email: str, language: str, template: str, **facts: Any) -> bool:
    """Send an address ``templates/emails/<template>`` in a language: for those who have no account."""
    with translation.override(language or settings.LANGUAGE_CODE):
        context = {"home": address("/"), **facts}
        subject = " ".join(render_to_string(f"emails/{template}.subject.txt", context).split())
        letter = EmailMultiAlternatives(subject, render_to_string(f"emails/{template}.txt", context), to=[email])
        letter.attach_alternative(render_to_string(f"emails/{template}.html", context), "text/html")
    return letter.send() == 1


def export_ready(*, export_id: int) -> bool:
    """Tell who ordered a file that it waits."""
    job = ExportJob.objects.select_related("requested_by").get(pk=export_id)
    if job.requested_by is None:
        return False
    page = f"/portal/exports/{job.pk}/" if job.partner_id else "/admin/"
    return send(user=job.requested_by, template="export_ready", job=job, link=address(page))


def approval_waiting(*, task_id: int) -> int:
    """Tell those whom a step of a case waits for; the number told. Other tasks are in the digest."""
    task = Task.objects.still_open().filter(pk=task_id, record_type="core.workflowcase").first()
    if task is None:
        return 0
    people = User.objects.filter(is_active=True, is_machine=False)
    asked = people.filter(pk=task.user_id) if task.user_id else people.filter(roles__code=task.role).order_by("pk")
    link = address(f"/admin/core/task/{task.pk}/change/" if task.partner_id is None else "/portal/")
    seeing = [user for user in asked[:ASKED] if _may_see(user, task.about_partner_id)]
    return sum(send(user=user, template="approval_waiting", task=task, link=link) for user in seeing)


def _may_see(user: User, partner_id: int | None) -> bool:
    """Whether a person limited to territories may know of a partner's case."""
    territories = hooks.territories_of(user.pk) if user.is_staff and partner_id is not None else None
    return territories is None or hooks.partners_within(territories).filter(partner_id=partner_id).exists()


def order_digests(*, at: datetime) -> int:
    """Once a day: an event for each person with something unread since yesterday; the number of them."""
    unread = Notification.objects.unread().filter(created_at__gt=at - DAY, created_at__lte=at)
    people = set(unread.filter(user__isnull=False).values_list("user_id", flat=True))
    partners = set(unread.filter(user=None).values_list("partner_id", flat=True))
    people |= set(hooks.people_of(tuple(sorted(partners)), business_day(at)))
    for user_id in sorted(people):
        outbox.publish("core.digest.due", occurred_at=at, user_id=user_id)
    return len(people)


def digest(*, user_id: int, at: datetime) -> bool:
    """What a person has not read since the day before; nothing unread, no letter."""
    user = User.objects.get(pk=user_id)
    partners = [fact.partner_id for fact in hooks.memberships_of(user_id, business_day(at))]
    mine = Q(user_id=user_id) | Q(user=None, partner_id__in=partners)
    found = Notification.objects.unread().filter(mine, created_at__gt=at - DAY, created_at__lte=at)
    rows = list(found.order_by("-created_at", "-pk")[: LISTED + 1])
    if not rows:
        return False
    return send(user=user, template="digest", notifications=rows[:LISTED], more=len(rows) > LISTED, link=address("/"))

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.models import Notification
from channelhub.core.selectors.keyset import BadCursor, keyset_page
from channelhub.core.services import attention
from channelhub.core.views.portal import portal_page, reads_only


@require_safe
@portal_page()
def notification_list(request):
    """What one should know, newest first; unread ones are marked by a word."""
    try:
        page = keyset_page(
            Notification.objects.visible_to(request.user),
            key=("-created_at", "-id"),
            cursor=request.GET.get("after", ""),
        )
    except BadCursor:
        raise Http404 from None
    unread = any(notification.read_at is None for notification in page.rows)
    context = {"rows": page.rows, "next_cursor": page.next_cursor, "unread": unread, "page": "more"}
    return render(request, "portal/notification_list.html", context)


@require_POST
@portal_page()
def notifications_read(request):
    if request.acting.view_as:
        return reads_only(request)
    attention.mark_all_read(user=request.user, at=timezone.now())
    return redirect("portal_notifications")


@require_POST
@portal_page()
def notification_open(request, pk):
    """Read it and go where it points."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    if not request.acting.view_as:
        attention.mark_read(notification=notification, at=timezone.now())
    inside = notification.url.startswith("/") and not notification.url.startswith("//")
    return redirect(notification.url if inside else "portal_notifications")


@require_safe
@portal_page()
def more(request):
    """On phones: the pages that have no place in the bar."""
    may_people = request.acting.may(PortalRight.PEOPLE)
    return render(request, "portal/more.html", {"page": "more", "may_people": may_people})

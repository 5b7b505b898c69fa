from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.models import Notification, Task
from channelhub.core.views.portal import portal_page
from pricing.selectors import sales_lines

LATEST = 5


@require_safe
@portal_page()
def home(request):
    """Money and deadlines first; what happened lately after."""
    user = request.user
    tasks = Task.objects.visible_to(user).for_person(user).still_open().order_by("due_on", "pk")[:LATEST]
    context = {
        "tasks": list(tasks),
        "notifications": list(Notification.objects.visible_to(user).order_by("-created_at", "-id")[:LATEST]),
        "lines": sales_lines.latest_lines(user, LATEST),
        "now": timezone.now(),
        "page": "home",
    }
    return render(request, "portal/home.html", context)

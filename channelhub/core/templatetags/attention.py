from django import template

from channelhub.core.models import Notification

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_count(context):
    """How many notifications wait for the reader; pages without one ask nothing."""
    user = context.get("user")
    return Notification.objects.visible_to(user).unread().count() if user is not None else 0

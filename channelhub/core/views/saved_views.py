from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channelhub.core.models import SavedView
from channelhub.core.services import saved_views

LONGEST = SavedView._meta.get_field("query").max_length


def _address_of(list_name):
    app_label, _dot, model = list_name.partition(".")
    try:
        return reverse(f"admin:{app_label}_{model}_changelist")
    except NoReverseMatch as error:
        raise Http404 from error


@require_POST
def save(request):
    """Keep the list's filters under the name given, and show the list again."""
    address = _address_of(request.POST.get("list", ""))
    query = QueryDict(request.POST.get("query", "")).urlencode()
    name = request.POST.get("name", "").replace("\x00", "").strip()[:60]
    if len(query) > LONGEST:
        messages.error(request, _("This view has too many filters to be kept."))
        return HttpResponseRedirect(address)
    if name:
        saved_views.save(
            user=request.user,
            on_list=request.POST["list"],
            name=name,
            query=query,
            is_shared="shared" in request.POST,
        )
        messages.success(request, _("The view %(name)s stands above the list.") % {"name": name})
    else:
        messages.error(request, _("A view needs a name."))
    return HttpResponseRedirect(f"{address}?{query}")


@require_POST
def forget(request, view_id):
    saved_views.forget(user=request.user, view_id=view_id)
    return HttpResponseRedirect(_address_of(request.POST.get("list", "")))


def urls():
    return [
        path("saved-views/save/", admin.site.admin_view(save), name="save_view"),
        path("saved-views/<int:view_id>/forget/", admin.site.admin_view(forget), name="forget_view"),
    ]

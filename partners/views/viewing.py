"""A manager looks at the portal as a partner sees it: outside the fence it begins and ends; inside, it only reads."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channelhub.core.services import viewing
from channelhub.core.services.acting import VIEW_AS_KEY
from partners.models import Partner


def _staff(request):
    if not (request.user.is_authenticated and request.user.is_staff):
        raise PermissionDenied


def viewing_page(request):
    """As whom the person looks, and the way to stop: where the admin sends whoever looks as a dealer."""
    _staff(request)
    partner_id = request.session.get(VIEW_AS_KEY)
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        return HttpResponseRedirect(reverse("admin:index"))
    return render(request, "admin/viewing.html", {"partner": partner})


@require_POST
def start(request, partner_id):
    """Begin to look at the portal as this partner; kept with person and time."""
    _staff(request)
    if not request.user.has_perm("partners.view_as_dealer"):
        raise PermissionDenied
    partner = Partner.objects.visible_to(request.user).filter(pk=partner_id).first()
    if partner is None:
        raise Http404
    viewing.start(user=request.user, partner_id=partner.pk, at=timezone.now())
    request.session[VIEW_AS_KEY] = partner.pk
    return HttpResponseRedirect("/")


@require_POST
def stop(request):
    """End it and go back to the partner's page in the admin."""
    _staff(request)
    partner_id = request.session.pop(VIEW_AS_KEY, None)
    viewing.stop(user=request.user, at=timezone.now())
    messages.success(request, _("You are yourself again."))
    if partner_id is None:
        return HttpResponseRedirect(reverse("admin:index"))
    return HttpResponseRedirect(reverse("admin:partners_partner_change", args=[partner_id]))

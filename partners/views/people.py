from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.services import roles
from channelhub.core.views.portal import portal_page, reads_only
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from partners.enums import AccessState
from partners.forms.colleagues import InviteForm, RoleForm
from partners.models import AccessRequest, Membership, Partner
from partners.services import colleagues


def _people(request):
    today = business_day(timezone.now())
    return Membership.objects.visible_to(request.user).filter(valid_during__contains=today).order_by("name", "pk")


def _page(request, form, status=200):
    found, every = list(_people(request)), roles.dealer_roles()
    names = {role.pk: role for role in every}
    asked = AccessRequest.objects.visible_to(request.user).filter(state=AccessState.OPEN).order_by("pk")
    context = {
        "asked": asked,
        "people": [(person, names[person.role_id]) for person in found],
        "roles": every,
        "form": form,
        "page": "more",
    }
    return render(request, "portal/people.html", context, status=status)


@require_safe
@portal_page(PortalRight.PEOPLE)
def people(request):
    """Who acts for the company, as what; let in by e-mail."""
    return _page(request, InviteForm(roles=roles.dealer_roles()))


@require_POST
@portal_page(PortalRight.PEOPLE)
def invite(request):
    if request.acting.view_as:
        return reads_only(request)
    form = InviteForm(request.POST, roles=roles.dealer_roles())
    if not form.is_valid():
        return _page(request, form, status=422)
    company = get_object_or_404(Partner.objects.visible_to(request.user), pk=request.acting.partner_id)
    try:
        colleagues.invite(partner=company, **form.cleaned_data, at=timezone.now())
    except DomainError as refusal:
        form.add_error("email", str(refusal))
        return _page(request, form, status=422)
    messages.success(request, _("A letter is on its way to %(email)s.") % {"email": form.cleaned_data["email"]})
    return redirect("portal_people")


def _change(request, pk, act):
    """One person of the own company; another company's is not there."""
    if request.acting.view_as:
        return reads_only(request)
    person = get_object_or_404(_people(request), pk=pk)
    try:
        messages.success(request, act(person))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal_people")


@require_POST
@portal_page(PortalRight.PEOPLE)
def change_role(request, pk):
    def act(person):
        form = RoleForm(request.POST, roles=roles.dealer_roles())
        if not form.is_valid():
            return _("Choose one of the roles.")
        colleagues.change_role(membership=person, role=form.cleaned_data["role"], at=timezone.now())
        return _("%(name)s has another role from now on.") % {"name": person.name}

    return _change(request, pk, act)


@require_POST
@portal_page(PortalRight.PEOPLE)
def end_access(request, pk):
    def act(person):
        colleagues.end_access(membership=person, at=timezone.now())
        return _("%(name)s has no access any more.") % {"name": person.name}

    return _change(request, pk, act)

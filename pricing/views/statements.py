from django.contrib import messages
from django.db.models import Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.models import Comment
from channelhub.core.selectors.keyset import BadCursor, keyset_page
from channelhub.core.services import comments
from channelhub.core.views.portal import portal_page, reads_only
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from pricing.forms.statements import CAUSE_LABELS, StatementFilter
from pricing.models import RebateAccount, RebatePosting
from pricing.services import answers

KEY = ("-period_on", "-id")


@require_safe
@portal_page(PortalRight.MONEY)
def statement_list(request):
    """The accounts of one's own company, latest period first, each with what was posted on it."""
    form = StatementFilter(request.GET)
    form.is_valid()
    accounts = _narrowed(RebateAccount.objects.visible_to(request.user), form, request.acting.partner_id)
    try:
        page = keyset_page(accounts, key=KEY, cursor=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    context = {
        "form": form,
        "rows": answers.outlooks(page.rows),
        "next_cursor": page.next_cursor,
        "narrowed": bool(request.GET.get("q") or request.GET.get("state")),
        "today": business_day(timezone.now()),
        "page": "money",
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "pricing/statement_rows.html", context)
    postings = RebatePosting.objects.visible_to(request.user).filter(account__in=accounts.values("pk"))
    context["sums"] = postings.order_by().values("currency").annotate(total=Sum("amount")).order_by("currency")
    return render(request, "pricing/statement_list.html", context)


def _narrowed(accounts, form, partner_id):
    today = business_day(timezone.now())
    state = form.cleaned_data.get("state")
    if state == "running":
        accounts = accounts.filter(period_on__lte=today, period_ends__gt=today)
    elif state == "ended":
        accounts = accounts.filter(period_ends__lte=today)
    if form.cleaned_data.get("q"):
        found = form.programmes_in(answers.programmes_joined(partner_id))
        accounts = accounts.filter(programme_id__in=[programme.pk for programme in found])
    return accounts


def account_or_404(request, pk):
    return get_object_or_404(RebateAccount.objects.visible_to(request.user), pk=pk)


@require_safe
@portal_page(PortalRight.MONEY)
def statement(request, pk):
    """One account: how much, why, what more, from which months and causes, and what was said about it."""
    account = account_or_404(request, pk)
    [outlook] = answers.outlooks([account])
    months = answers.months_of(account)
    causes = [name for name in CAUSE_LABELS if any(month.parts[name] for month in months)]
    context = {
        "account": account,
        "outlook": outlook,
        "months": [(month, [(cause, month.parts[cause]) for cause in causes]) for month in months],
        "causes": [CAUSE_LABELS[cause] for cause in causes],
        "totals": [sum(month.parts[cause] for month in months) for cause in causes],
        "today": business_day(timezone.now()),
        "download_params": {"account": account.pk},
        "thread": Comment.objects.visible_to(request.user).on_record(account),
        "may_talk": request.acting.may(PortalRight.TALK) and not request.acting.view_as,
        "page": "money",
    }
    return render(request, "pricing/statement_detail.html", context)


@require_POST
@portal_page(PortalRight.TALK)
def statement_comment(request, pk):
    """Ask or answer about a statement; both sides read it."""
    account = account_or_404(request, pk)
    if request.acting.view_as:
        return reads_only(request)
    try:
        comments.add_comment(
            record=account,
            author=request.user,
            body=request.POST.get("body", ""),
            at=timezone.now(),
            partner_id=account.partner_id,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{request.path.removesuffix('comments/')}#talk")

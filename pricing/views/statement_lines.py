from django.shortcuts import render
from django.views.decorators.http import require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import Period
from partners.models import Partner
from pricing.forms.statements import CAUSE_LABELS, BehindFilter
from pricing.models import SalesLine
from pricing.selectors.keyed import page_of
from pricing.services import answers
from pricing.views.statements import account_or_404


@require_safe
@portal_page(PortalRight.MONEY)
def lines(request, pk):
    """The lines behind a statement, each with its share; together they are what the lines earned."""
    account = account_or_404(request, pk)
    form = BehindFilter(request.GET)
    form.is_valid()
    behind = [row for row in answers.lines_behind(account) if form.keeps(row)]
    page = page_of(behind, after=request.GET.get("after", ""))
    context = {
        "account": account,
        "programme": answers.programmes_of([account])[account.programme_id],
        "period": Period(account.period_on, account.period_ends),
        "form": form,
        "rows": _shown(request.user, page.rows),
        "next_cursor": page.next_cursor,
        "count": len(behind),
        "share": sum(row.share for row in behind),
        "counted": sum(row.amount or 0 for row in behind),
        "params": {"account": account.pk, **{name: request.GET[name] for name in form.fields if request.GET.get(name)}},
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "page": "money",
    }
    rows_only = request.htmx and request.GET.get("after")
    template = "pricing/statement_line_rows.html" if rows_only else "pricing/statement_line_list.html"
    return render(request, template, context)


@require_safe
@portal_page(PortalRight.MONEY)
def why(request, pk):
    """Why this amount: a column that adds up; a page of its own, or the panel beside another."""
    account = account_or_404(request, pk)
    explained = answers.explained(account)
    context = {
        "account": account,
        "programme": answers.programmes_of([account])[account.programme_id],
        "explained": explained,
        "outlook": answers.outlooks([account])[0],
        "changes": [(step, CAUSE_LABELS[step.cause]) for step in explained.steps if step.code == "changed"],
        "page": "money",
    }
    return render(request, "pricing/why_panel.html" if request.htmx else "pricing/why_page.html", context)


def _shown(user, rows):
    """Who sold and the line itself only where today's tree shows them; the share is the payee's own."""
    ids = {row.line.pk for row in rows}
    seen = set(SalesLine.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    partners = Partner.objects.visible_to(user).in_bulk({row.line.partner_id for row in rows})
    return [(row, row.line.pk in seen, partners.get(row.line.partner_id), CAUSE_LABELS[row.cause]) for row in rows]

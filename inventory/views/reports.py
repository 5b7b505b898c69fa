import csv

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from channelhub.core.enums.imports import RowStatus
from channelhub.core.enums.rights import PortalRight
from channelhub.core.models import ImportJob, ImportRow
from channelhub.core.services.importers import message_of
from channelhub.core.views.portal import portal_page, reads_only
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_zone
from inventory.forms.stock import ReportForm
from inventory.models import Location, StockLevel
from inventory.services import dealer_reports
from partners.models import Partner

ROWS_SHOWN, LAST_REPORTS, TEMPLATE_ROWS = 200, 10, 20_000


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page(PortalRight.REPORT)
def report(request):
    """Send a file with the own stock; it is taken at once, and what was refused is told row by row."""
    if request.method == "POST" and request.acting.view_as:
        return reads_only(request)
    form = ReportForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            job = dealer_reports.report_by_file(
                partner=Partner.objects.visible_to(request.user).get(pk=request.acting.partner_id),
                file=form.cleaned_data["file"],
                name=form.cleaned_data["file"].name,
                complete=form.cleaned_data["complete"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("portal_stock_report", pk=job.pk)
    reports = ImportJob.objects.visible_to(request.user).order_by("-pk")
    context = {
        "form": form,
        "reports": reports[:LAST_REPORTS],
        "locations": Location.objects.visible_to(request.user).order_by("code"),
        "columns": dealer_reports.COLUMNS,
        "page": "stock",
    }
    return render(request, "inventory/report_form.html", context, status=422 if form.errors else 200)


@require_safe
@portal_page(PortalRight.REPORT)
def report_detail(request, pk):
    """What became of a file: how many rows were taken, and why the others were refused."""
    job = get_object_or_404(ImportJob.objects.visible_to(request.user), pk=pk)
    refused = ImportRow.objects.visible_to(request.user).filter(job_id=job.pk, status=RowStatus.OPEN)
    rows = [
        (row, [(error["field"], error["value"], message_of(error["rule"])) for error in row.errors])
        for row in refused.order_by("row_no")[:ROWS_SHOWN]
    ]
    context = {"job": job, "rows": rows, "running": job.ended_at is None, "page": "stock"}
    return render(request, "inventory/report_detail.html", context)


@require_safe
@portal_page(PortalRight.REPORT)
def report_template(request):
    """A CSV to fill in: what is known of the own locations, with the time of now."""
    now = timezone.now().astimezone(business_zone()).isoformat(timespec="minutes")
    levels = StockLevel.objects.visible_to(request.user).order_by("location__code", "product__sku")
    known = levels.values_list("location__code", "product__sku", "on_hand")[:TEMPLATE_ROWS]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="stock.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(dealer_reports.COLUMNS)
    writer.writerows([location, sku, f"{on_hand.normalize():f}", now] for location, sku, on_hand in known)
    return response

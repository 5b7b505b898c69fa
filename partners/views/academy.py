from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.selectors.keyset import BadCursor, keyset_page
from channelhub.core.views.portal import portal_page, reads_only
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from partners.errors import ExamTimeOver
from partners.forms.certification import AcademyFilter, CertificateFilter, answers_of
from partners.models import Certificate, CertificationLevel, Course, CourseMaterial, ExamAttempt, Partner
from partners.rules.certification import is_over
from partners.services import academy, certificate_papers, certification, exams
from partners.services.exams import Candidate

KEY = ("-issued_at", "-id")


def _candidate(request):
    return Candidate(request.user, Partner.objects.get(pk=request.acting.standing.partner_id))


def _today():
    return business_day(timezone.now())


def _level(pk):
    rows = CertificationLevel.objects.filter(programme__certified="person")
    return get_object_or_404(rows.select_related("programme__product_line"), pk=pk)


def _own_try(request, pk):
    """A person's own try; colleagues do not see each other's exams."""
    mine = ExamAttempt.objects.visible_to(request.user).filter(user=request.user)
    return get_object_or_404(mine.select_related("level__programme"), pk=pk)


@require_safe
@portal_page()
def overview(request):
    """The programmes that a person can be certified in, with progress."""
    form = AcademyFilter(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    rows = academy.programmes(candidate=_candidate(request), on=_today(), text=text)
    context = {"form": form, "rows": rows, "narrowed": bool(text), "page": "academy"}
    return render(request, "partners/academy.html", context)


@require_safe
@portal_page()
def level(request, pk):
    """One level: its courses, its exam, and one's own tries."""
    row = _level(pk)
    answer = academy.level_page(level=row, candidate=_candidate(request), on=_today())
    return render(request, "partners/academy_level.html", {"level": row, "answer": answer, "page": "academy"})


@require_POST
@portal_page()
def start(request, pk):
    """Begin the exam, or go on with the one that runs."""
    row = _level(pk)
    if request.acting.view_as:
        return reads_only(request)
    try:
        attempt = exams.start_attempt(level=row, candidate=_candidate(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("portal_academy_level", pk=row.pk)
    return redirect("portal_exam", pk=attempt.pk)


@require_POST
@portal_page()
def course_done(request, pk):
    """A course was worked through."""
    course = get_object_or_404(Course, pk=pk)
    if request.acting.view_as:
        return reads_only(request)
    try:
        exams.work_through(course=course, candidate=_candidate(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal_academy_level", pk=course.level_id)


@require_safe
@portal_page()
def material(request, pk):  # noqa: ARG001 - as every view
    """A document of a course; always saved, never shown inside our pages."""
    row, content = academy.material_file(get_object_or_404(CourseMaterial, pk=pk))
    response = FileResponse(content, as_attachment=True, filename=row.document.name)
    response["Content-Type"] = row.document.media_type
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@portal_page()
def exam(request, pk):
    """The questions while it runs, then the result."""
    attempt = _own_try(request, pk)
    now = timezone.now()
    context = {"attempt": attempt, "page": "academy"}
    if not attempt.is_open:
        context["results"] = academy.results_of(attempt)
        context["certificate"] = Certificate.objects.filter(attempt=attempt).first()
        return render(request, "partners/exam_result.html", context)
    context["is_over"] = is_over(deadline_at=attempt.deadline_at, at=now)
    context["seconds"] = max(int((attempt.deadline_at - now).total_seconds()), 0)
    context["questions"] = [(row, attempt.answers.get(str(row["question"]), ())) for row in attempt.drawn]
    return render(request, "partners/exam.html", context)


@require_POST
@portal_page()
def exam_save(request, pk):
    """What was answered so far; the page goes on."""
    attempt = _own_try(request, pk)
    if request.acting.view_as:
        return reads_only(request)
    try:
        exams.save_answers(attempt=attempt, answers=answers_of(attempt, request.POST), at=timezone.now())
    except DomainError as refusal:
        return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8")
    return HttpResponse(_("Saved."), content_type="text/plain; charset=utf-8")


@require_POST
@portal_page()
def exam_submit(request, pk):
    """Hand it in; after the deadline it ends with what was saved in time."""
    attempt = _own_try(request, pk)
    if request.acting.view_as:
        return reads_only(request)
    try:
        exams.submit(attempt=attempt, answers=answers_of(attempt, request.POST), at=timezone.now())
    except ExamTimeOver as refusal:
        exams.close_overdue(at=timezone.now(), level=attempt.level, candidate=_candidate(request))
        messages.warning(request, str(refusal))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal_exam", pk=attempt.pk)


@require_safe
@portal_page()
def certificates(request):
    """The company's certificates, what it lacks, and what would be lost."""
    form = CertificateFilter(request.GET)
    form.is_valid()
    rows = Certificate.objects.visible_to(request.user)
    try:
        page = keyset_page(form.narrow(rows), key=KEY, cursor=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    context = {
        "form": form,
        "rows": academy.certificates(page.rows, on=_today()),
        "next_cursor": page.next_cursor,
        "narrowed": any(form.cleaned_data.values()),
        "download_params": {name: value for name, value in form.cleaned_data.items() if value},
        "page": "certificates",
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "partners/certificate_rows.html", context)
    context["missing"] = certification.missing_for(_candidate(request).partner, on=_today())
    return render(request, "partners/certificate_list.html", context)


@require_safe
@portal_page()
def certificate_paper(request, pk):
    """A certificate as a PDF with its QR code."""
    row = get_object_or_404(Certificate.objects.visible_to(request.user), pk=pk)
    try:
        content = certificate_papers.paper_of(row, language=get_language() or "zh-hans")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("portal_certificates")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{certificate_papers.file_name(row)}"'
    return response

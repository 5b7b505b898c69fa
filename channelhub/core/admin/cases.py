from decimal import Decimal

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from channelhub.core.admin import actions, case_words, cells, workflow_words
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.enums.workflow import CaseState, FactKind, Party, StepKind, Verdict
from channelhub.core.forms.workflow import FactsForm, ReasonForm, fact_names
from channelhub.core.models import CaseStep, Comment, Document, WorkflowCase
from channelhub.core.selectors import workflow as selectors
from channelhub.core.selectors.names import name_of
from channelhub.core.services import comments, documents
from channelhub.core.services.workflow import cases, definitions, moving, registry
from channelhub.lib import formats
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day, working_days_between

TONE = {
    CaseState.RUNNING: "blue",
    CaseState.DONE: "green",
    CaseState.REFUSED: "red",
    CaseState.WITHDRAWN: "grey",
}
VERDICT_TONE = {
    Verdict.REFUSED: "red",
    Verdict.REJECTED: "red",
    Verdict.ESCALATED: "orange",
    Verdict.APPROVED: "green",
    Verdict.DONE: "green",
}


class ForMeFilter(admin.SimpleListFilter):
    title = gettext_lazy("for whom and state")
    parameter_name = "for"

    def lookups(self, request, model_admin):
        return [
            ("me", _("waits for me")),
            ("approvals", _("my approvals")),
            ("opened", _("opened by me")),
            ("late", _("overdue")),
            ("running", _("running")),
            ("ended", _("ended")),
        ]

    def queryset(self, request, queryset):
        today, chosen = business_day(timezone.now()), self.value()
        if chosen in ("me", "approvals"):
            mine = selectors.waiting_for(request.user, on=today)
            mine = mine.filter(step__kind=StepKind.APPROVAL) if chosen == "approvals" else mine
            return queryset.filter(pk__in=mine.values("case_id"))
        if chosen == "late":
            return queryset.filter(pk__in=CaseStep.objects.overdue(on=today).values("case_id"))
        if chosen == "opened":
            return queryset.filter(opened_by=request.user)
        return {"running": queryset.running(), "ended": queryset.exclude(state=CaseState.RUNNING)}.get(chosen, queryset)


@admin.register(WorkflowCase)
class WorkflowCaseAdmin(AppendOnlyAdmin):
    """What is being decided: who is waited for since when until when; decided on the case's page."""

    list_display = ("about", "process", "waits", "age_figure", "due", "state_label", "opener")
    list_filter = (ForMeFilter, "state", "definition")
    list_select_related = ("definition", "opened_by")
    search_fields = ("subject", "definition__name", "definition__name_en", "opened_by__name")
    search_help_text = gettext_lazy("What it is about, the process, or who opened it")
    ordering = ("-opened_at", "-pk")
    on_phones = ("about", "waits", "due", "state_label")
    empty_hint = gettext_lazy("A case begins where something is sent for approval: a rebate programme, for example.")
    export_fields = (
        "definition__code",
        "subject",
        "state",
        "opened_by__email",
        "opened_at",
        "ended_at",
        "workflow_version__number",
    )

    def decorate(self, rows, request):
        waits, roles = selectors.with_waits(rows), workflow_words.role_names()
        for row in rows:
            row.waiting = waits.get(row.pk, [])
            row.role_names = roles

    @display(description=gettext_lazy("about"), ordering="subject")
    def about(self, case):
        return case.subject

    @display(description=gettext_lazy("process"), ordering="definition__code")
    def process(self, case):
        return name_of(case.definition)

    @display(description=gettext_lazy("waits for"))
    def waits(self, case):
        return " · ".join(f"{name_of(row.step)}: {_whom(row, case.role_names)}" for row in case.waiting) or "–"

    @display(description=gettext_lazy("working days"))
    def age_figure(self, case):
        since = min((row.since for row in case.waiting), default=None)
        return "–" if since is None else working_days_between(business_day(since), business_day(timezone.now()))

    @display(description=gettext_lazy("until"))
    def due(self, case):
        due = min((row.due_on for row in case.waiting if row.due_on), default=None)
        late = due is not None and due < business_day(timezone.now())
        return cells.label(f"{_('overdue')} {due}", "red") if late else cells.day(due)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, case):
        return cells.label(case.get_state_display(), TONE[case.state])

    @display(description=gettext_lazy("opened by"), ordering="opened_by__name")
    def opener(self, case):
        return case.opened_by.get_full_name() if case.opened_by else _("system")

    # One case

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:case_id>/decide/", view(self.decide_view), name="core_workflowcase_decide"),
            path("<int:case_id>/comment/", view(self.comment_view), name="core_workflowcase_comment"),
            path("<int:case_id>/withdraw/", view(self.withdraw_view), name="core_workflowcase_withdraw"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._page(request, self.get_object_or_deny(request, object_id))

    def _page(self, request, case, kept=None):
        rows = selectors.steps_of(case)
        today = business_day(timezone.now())
        mine = set(selectors.waiting_for(request.user, on=today).filter(case=case).values_list("pk", flat=True))
        may = request.user.has_perm("core.decide_workflowcase")
        roles = workflow_words.role_names()
        labels, kinds = fact_names(case.workflow_version), definitions.kinds_of(case.workflow_version)
        known = registry.process(case.definition.process).facts
        context = {
            **self.admin_site.each_context(request),
            "title": f"{name_of(case.definition)}: {case.subject}",
            "opts": self.opts,
            "case": case,
            "state": self.state_label(case),
            "opener": self.opener(case),
            "record_address": _record_address(case),
            "facts": [
                (labels.get(name, name), _fact_text(value, kinds.get(name), known.get(name)))
                for name, value in case.facts.items()
            ],
            "waits": [
                self._wait(wait, case, request, kept, may and wait.case_step.pk in mine, roles)
                for wait in selectors.waits_of(rows, on=today)
            ],
            "history": [
                (line, row, VERDICT_TONE.get(line.verdict, "grey"), roles.get(line.role, line.role))
                for line, row in sorted(((d, r) for r in rows for d in r.decisions.all()), key=lambda pair: pair[0].pk)
            ],
            "picture": workflow_words.picture(case.workflow_version, states={r.step.code: r.state for r in rows}),
            "panel": case_words.panel_of(case, request.user),
            "papers": case_words.papers_of(rows, request.user),
            "original": case,
            "comments": Comment.objects.on_record(case),
            "comment_address": reverse("admin:core_workflowcase_comment", args=[case.pk]),
            "may_comment": request.user.has_perm("core.add_comment"),
            "may_withdraw": may
            and case.state == CaseState.RUNNING
            and (case.opened_by_id == request.user.pk or request.user.is_superuser),
        }
        return TemplateResponse(request, "admin/workflow/case.html", context)

    def _wait(self, wait, case, request, kept, mine, roles):
        """One wait with its form: what is asked for, and the buttons that decide it."""
        row = wait.case_step
        kinds = definitions.kinds_of(case.workflow_version)
        data = kept if kept and kept.get("step") == str(row.pk) else None
        levels, asks_document = moving.levels_of(row), registry.asks_document(row.step.kind)
        service = registry.step_service(row.step.kind)
        return {
            "wait": wait,
            "whom": _whom(row, roles),
            "needed": levels[row.level].count if row.level < len(levels) else 1,
            "mine": mine,
            "kind": row.step.get_kind_display(),
            "form": FactsForm(
                data,
                kinds={name: kinds[name] for name in row.step.asks if name in kinds},
                labels=fact_names(case.workflow_version),
            ),
            "comment": (data or {}).get("comment", ""),
            "documents": Document.objects.visible_to(request.user).on_record(row) if asks_document else [],
            "asks_document": asks_document,
            "buttons": case_words.buttons(row, case),
            "elsewhere": service.page(row, False) if service is not None else "",
            "missing": service.missing(row) if service is not None else "",
        }

    def decide_view(self, request, case_id):
        """One decision: what was written is kept when it is refused."""
        case = self.get_object_or_deny(request, case_id)
        back = reverse("admin:core_workflowcase_change", args=[case.pk])
        if request.method != "POST":
            return HttpResponseRedirect(back)
        if not request.user.has_perm("core.decide_workflowcase"):
            raise PermissionDenied
        row = case.steps.filter(pk=_number(request.POST.get("step"))).select_related("step").first()
        if row is None:
            messages.error(request, _("Somebody has decided this already."))
            return HttpResponseRedirect(back)
        try:
            with transaction.atomic():  # a refused decision leaves no document behind
                said = self._decide(request, case, row)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return self._page(request, case, kept=request.POST)
        if said is None:
            return self._page(request, case, kept=request.POST)
        messages.success(request, said)
        return HttpResponseRedirect(back)

    def _decide(self, request, case, row):
        verdict, facts, at = request.POST.get("verdict", ""), {}, timezone.now()
        if row.step.asks and verdict not in cases.REFUSALS:
            kinds = definitions.kinds_of(case.workflow_version)
            asked = {name: kinds[name] for name in row.step.asks}
            form = FactsForm(request.POST, kinds=asked, labels=fact_names(case.workflow_version))
            if not form.is_valid():
                return None
            facts = form.facts
        if request.FILES.get("file"):
            file = request.FILES["file"]
            documents.store_document(
                file=file, name=file.name, at=at, by=request.user, record=row, partner_id=row.shared_with_id
            )
        decided = cases.decide(
            case_step=row,
            by=request.user,
            verdict=verdict,
            comment=request.POST.get("comment", ""),
            facts=facts,
            at=at,
        )
        return _("“%(step)s” is decided; the case is %(state)s.") % {
            "step": name_of(row.step),
            "state": str(decided.get_state_display()).lower(),
        }

    def comment_view(self, request, case_id):
        """Write on the case's thread: internal, or shared with the partner it is about."""
        case = self.get_object_or_deny(request, case_id)
        back = f"{reverse('admin:core_workflowcase_change', args=[case.pk])}#comments"
        if request.method != "POST":
            return HttpResponseRedirect(back)
        if not request.user.has_perm("core.add_comment"):
            raise PermissionDenied
        try:
            comments.add_comment(
                record=case,
                author=request.user,
                body=request.POST.get("body", "")[:5000],
                at=timezone.now(),
                partner_id=case.shared_with_id if "shared" in request.POST else None,
            )
        except DomainError as refusal:
            return self.refuse(request, refusal, back)
        return HttpResponseRedirect(back)

    def withdraw_view(self, request, case_id):
        case = self.get_object_or_deny(request, case_id)
        if not request.user.has_perm("core.decide_workflowcase"):
            raise PermissionDenied

        def act(data):
            cases.withdraw(case=case, by=request.user, reason=data["reason"], at=timezone.now())
            return _("The case is taken back.")

        page = ActionPage(
            title=_("Take the case back"),
            hint=_("Nobody is waited for any more; what it was about is as it was before."),
            form=ReasonForm,
            act=act,
            back=reverse("admin:core_workflowcase_change", args=[case.pk]),
            button=_("Take it back"),
        )
        return actions.answer(self, request, case, page)


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _whom(row, roles):
    if row.party == Party.PARTNER:
        return str(Party.PARTNER.label)
    if row.party == Party.OPENER:
        return str(Party.OPENER.label)
    return ", ".join(roles.get(role, role) for role in row.roles)


def _fact_text(value, kind, fact):
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return _("not known")
    if kind == FactKind.NUMBER:
        return formats.quantity_text(Decimal(value))
    return fact.choices.get(value, value) if fact else value


def _record_address(case):
    """The page of what a case is about, where there is one."""
    app_label, _dot, model = case.record_type.partition(".")
    try:
        return reverse(f"admin:{app_label}_{model}_change", args=[case.record_id])
    except NoReverseMatch:
        return ""


def case_link(case):
    """A record's case in a line: who is waited for since when, or how it ended; the way to it."""
    roles = workflow_words.role_names()
    waiting = selectors.with_waits([case]).get(case.pk, [])
    parts = [
        _("waits for %(whom)s since %(since)s") % {"whom": _whom(row, roles), "since": formats.instant_text(row.since)}
        for row in waiting
    ]
    text = " · ".join(parts) or f"{case.get_state_display()} {formats.instant_text(case.ended_at)}"
    return cells.link(text, "admin:core_workflowcase_change", case.pk)


def running_text(running):
    """“12 running cases keep v2”, for each version."""
    return [
        ngettext("%(count)d running case keeps v%(number)d", "%(count)d running cases keep v%(number)d", count)
        % {"count": count, "number": number}
        for number, count in running.items()
    ]

import re

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells, workflow_words
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.cases import running_text
from channelhub.core.enums.workflow import CaseState, StepKind
from channelhub.core.forms.workflow import DefinitionForm, FactsForm, HeadForm, PublishForm, StepForm, fact_names
from channelhub.core.models import WorkflowDefinition
from channelhub.core.selectors import workflow as selectors
from channelhub.core.selectors.names import name_of
from channelhub.core.services.workflow import cases, definitions, registry
from channelhub.lib.errors import DomainError

MAY_CHANGE = "core.change_workflowdefinition"
# Which fields of a step stand open, and which behind “What it sets off …”.
OUTER = ("name", "kind", "party", "role", "ends", "deadline_days", "escalate_to")
INNER = ("name_en", "action", "arguments", "asks", "unlocks", "back_to")
PRESSED = re.compile(r"(up|down|delete)-(\d+)")


@admin.register(WorkflowDefinition)
class WorkflowDefinitionAdmin(AppendOnlyAdmin):
    """The processes of the house: what is in force, who keeps which version, and the designer of the next one."""

    staff_wide_only = True
    list_display = ("title", "code", "purpose", "in_force", "running_figure", "draft")
    list_filter = ("process",)
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    actions_list = ("new",)
    empty_hint = gettext_lazy("Press “New process”: its steps, who does them, and who approves what.")
    export_fields = ("code", "name", "name_en", "process")

    def get_queryset(self, request):
        published = Q(versions__published_at__isnull=False)
        return (
            super()
            .get_queryset(request)
            .annotate(
                last=Max("versions__number", filter=published),
                drafts=Count("versions", filter=~published, distinct=True),
                running=Count("cases", filter=Q(cases__state=CaseState.RUNNING), distinct=True),
            )
        )

    @display(description=gettext_lazy("process"), ordering="name")
    def title(self, definition):
        return name_of(definition)

    @display(description=gettext_lazy("what it is for"), ordering="process")
    def purpose(self, definition):
        return str(registry.process(definition.process).label)

    @display(description=gettext_lazy("in force"))
    def in_force(self, definition):
        return cells.label(f"v{definition.last}", "green") if definition.last else cells.label(_("nothing yet"))

    @display(description=gettext_lazy("running cases"))
    def running_figure(self, definition):
        if not definition.running:
            return "–"
        here = {"definition__id__exact": definition.pk, "for": "running"}
        return cells.link(definition.running, "admin:core_workflowcase_changelist", **here)

    @display(description=gettext_lazy("draft"))
    def draft(self, definition):
        return cells.label(_("draft"), "orange") if definition.drafts else "–"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:definition_id>/design/", view(self.design_view), name="core_workflowdefinition_design"),
            path("<int:definition_id>/start/", view(self.start_view), name="core_workflowdefinition_start"),
            *super().get_urls(),
        ]

    @action(description=gettext_lazy("New process"), icon="add", permissions=["core.add_workflowdefinition"])
    def new(self, request):
        made = {}

        def act(data):
            made["pk"] = definitions.create_definition(**data).pk
            return _("The process is made; give it steps.")

        page = ActionPage(
            title=_("New process"),
            form=DefinitionForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse("admin:core_workflowdefinition_design", args=[made["pk"]])),
            back=reverse("admin:core_workflowdefinition_changelist"),
            button=_("Make it and design its steps"),
        )
        return actions.answer(self, request, None, page)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What is in force as a picture, who keeps which version, and all versions."""
        definition = self.get_object_or_deny(request, object_id)
        version = definitions.in_force(definition)
        process = registry.process(definition.process)
        context = {
            **self.admin_site.each_context(request),
            "title": name_of(definition),
            "opts": self.opts,
            "definition": definition,
            "process": process,
            "version": version,
            "picture": workflow_words.picture(version) if version else [],
            "running": running_text(selectors.running_by_version(definition.pk)),
            "versions": definition.versions.select_related("published_by").order_by("-number"),
            "may_change": request.user.has_perm(MAY_CHANGE),
            "may_start": process.by_hand and version and request.user.has_perm("core.decide_workflowcase"),
        }
        return TemplateResponse(request, "admin/workflow/process.html", context)

    # The designer

    def design_view(self, request, definition_id):
        """The draft's steps as rows; every button saves them first. What is wrong stands at its row."""
        definition = self.get_object_or_deny(request, definition_id)
        if not request.user.has_perm(MAY_CHANGE):
            raise PermissionDenied
        draft = definition.versions.filter(published_at__isnull=True).first() or definitions.in_force(definition)
        draft = draft or definitions.open_draft(definition=definition)
        steps = list(draft.steps.order_by("position", "pk"))
        if request.method == "POST":
            head = HeadForm(request.POST, prefix="head")
            count = int(request.POST.get("count", "0") or 0)
            forms = [StepForm(request.POST, prefix=f"s{i}", version=draft, steps=steps) for i in range(min(count, 99))]
            if all([head.is_valid(), *(form.is_valid() for form in forms)]):
                return self._save(request, definition, head, [form.as_step() for form in forms])
        else:
            head = HeadForm(prefix="head", initial={"currency": draft.currency, "facts": _lines(draft.facts)})
            forms = [
                StepForm(prefix=f"s{i}", version=draft, steps=steps, initial=_initial(step))
                for i, step in enumerate(steps)
            ]
        return self._designer(request, definition, draft, head, forms)

    def _designer(self, request, definition, draft, head, forms):
        problems = definitions.problems_of(draft)
        rows = [
            (form, [definitions.text_of(p) for p in problems if p.step and p.step == form["code"].value()])
            for form in forms
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Design %(process)s") % {"process": name_of(definition)},
            "opts": self.opts,
            "definition": definition,
            "draft": draft,
            "next_number": draft.number + (1 if draft.published_at else 0),
            "head": head,
            "rows": rows,
            "problems": [definitions.text_of(p) for p in problems if not p.step],
            "problem_count": len(problems),
            "facts": fact_names(draft).items(),
            "picture": workflow_words.picture(draft, problems=problems),
            "running": running_text(selectors.running_by_version(definition.pk)),
            "publish": PublishForm(),
            "outer": OUTER,
            "inner": INNER,
        }
        return TemplateResponse(request, "admin/workflow/design.html", context)

    def _save(self, request, definition, head, rows):
        pressed = request.POST.get("do", "save")
        here = reverse("admin:core_workflowdefinition_design", args=[definition.pk])
        definitions.save_draft(
            definition=definition,
            steps=_moved(rows, pressed),
            facts=head.cleaned_data["facts"],
            currency=head.cleaned_data["currency"],
        )
        if pressed == "discard":
            definitions.discard_draft(definition=definition)
            messages.success(request, _("The draft is thrown away; what is in force stays."))
            return HttpResponseRedirect(reverse("admin:core_workflowdefinition_change", args=[definition.pk]))
        if pressed != "publish":
            return HttpResponseRedirect(here)
        return self._publish(request, definition, here)

    def _publish(self, request, definition, here):
        try:
            version = definitions.publish(
                definition=definition, by=request.user, at=timezone.now(), note=request.POST.get("note", "")[:200]
            )
        except DomainError as refusal:
            return self.refuse(request, refusal, here)
        messages.success(
            request, _("v%(number)d is in force for new cases; running ones keep theirs.") % {"number": version.number}
        )
        return HttpResponseRedirect(reverse("admin:core_workflowdefinition_change", args=[definition.pk]))

    def start_view(self, request, definition_id):
        """Begin a case by hand, where the process is for that."""
        definition = self.get_object_or_deny(request, definition_id)
        version, process = definitions.in_force(definition), registry.process(definition.process)
        back = reverse("admin:core_workflowdefinition_change", args=[definition.pk])
        if not request.user.has_perm("core.decide_workflowcase"):
            raise PermissionDenied
        if version is None or not process.by_hand:
            messages.error(request, _("Cases of this process begin where the record is, not here."))
            return HttpResponseRedirect(back)
        made = {}

        def act(data):
            facts = {name.removeprefix("fact_"): value for name, value in data.items() if name != "subject"}
            case = cases.open_case(
                definition=definition, subject=data["subject"], facts=facts, by=request.user, at=timezone.now()
            )
            made["pk"] = case.pk
            return _("The case has begun.")

        asked = {fact for step in version.steps.all() for fact in step.asks}
        kinds = {name: kind for name, kind in definitions.kinds_of(version).items() if name not in asked}
        page = ActionPage(
            title=_("Begin: %(process)s") % {"process": name_of(definition)},
            form=FactsForm,
            form_options={"kinds": kinds, "labels": fact_names(version), "with_subject": True},
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse("admin:core_workflowcase_change", args=[made["pk"]])),
            back=back,
            button=_("Begin the case"),
        )
        return actions.answer(self, request, definition, page)


def _lines(pairs):
    return "\n".join(f"{name} = {value}" for name, value in pairs.items())


def _initial(step):
    initial = {name: getattr(step, name) for name in definitions.COPIED if name != "position"}
    return {**initial, "arguments": _lines(step.arguments), "unlocks": ", ".join(step.unlocks)}


def _moved(rows, pressed):
    """The rows as the pressed button wants them: one more at the end, one moved, one gone."""
    if pressed == "add":
        behind = [rows[-1]["code"]] if rows else []
        kind = StepKind.TASK if rows else StepKind.FORM
        return [*rows, {"name": _("New step"), "kind": kind, "after": behind, "code": f"step_{len(rows) + 1}"}]
    match = PRESSED.fullmatch(pressed)
    index = int(match[2]) if match else -1
    if not 0 <= index < len(rows):
        return rows
    if match[1] == "delete":
        return _without(rows, index)
    other = index + (1 if match[1] == "down" else -1)
    if 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
    return rows


def _without(rows, index):
    """Whoever came after the step that goes now comes after what it came after."""
    gone = rows.pop(index)
    for row in rows:
        if gone["code"] in row["after"]:
            kept = [code for code in row["after"] if code != gone["code"]]
            row["after"] = list(dict.fromkeys([*kept, *(c for c in gone["after"] if c != row["code"])]))
        if row["back_to"] == gone["code"]:
            row["back_to"] = ""
    return rows

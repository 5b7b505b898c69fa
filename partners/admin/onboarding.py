from django import forms
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
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from channelhub.core.admin import actions, cells, workflow_words
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.enums.workflow import CaseState, Party
from channelhub.core.forms.nothing import Nothing
from channelhub.core.forms.workflow import ReasonForm
from channelhub.core.selectors.names import name_of
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day, working_days_between
from partners.enums import AccessState, ApplicationState
from partners.models import AccessRequest, OnboardingTrack, PartnerApplication, PartnerType
from partners.selectors import onboarding
from partners.services.onboarding import applications, likeness, tracks

TONE = {
    ApplicationState.DRAFT: "grey",
    ApplicationState.RUNNING: "blue",
    ApplicationState.ACTIVE: "green",
    ApplicationState.REFUSED: "red",
    ApplicationState.WITHDRAWN: "grey",
}


def whom(row, roles):
    """Who holds a step up: the applicant or partner, or the roles that may decide it."""
    if row.party == Party.PARTNER:
        return _("the applicant") if row.shared_with_id is None else str(Party.PARTNER.label)
    return ", ".join(roles.get(role, role) for role in row.roles) or "–"


@admin.register(PartnerApplication)
class PartnerApplicationAdmin(AppendOnlyAdmin):
    """Companies that want to become partners; each is decided on its case's page."""

    list_display = ("company", "type_name", "territory", "waits", "age_figure", "due", "state_label", "sent")
    list_filter = ("state", "type", "territory")
    list_select_related = ("type", "territory")
    search_fields = ("company", "company_en", "contact_name", "contact_email", "company_number")
    search_help_text = gettext_lazy("Company, contact, e-mail or company number")
    ordering = ("-begun_at", "-pk")
    exclude = ("link_key", "version", "updated_at")
    on_phones = ("company", "waits", "due", "state_label")
    actions_list = ("to_board",)
    empty_hint = gettext_lazy("Companies apply on the public page; the way to it stands under the sign-in.")
    export_fields = (
        "company",
        "company_en",
        "company_number",
        "type__code",
        "country",
        "territory__code",
        "contact_name",
        "contact_email",
        "state",
        "sent_at",
        "ended_at",
    )

    def decorate(self, rows, request):
        waits, roles = onboarding.waits_of(rows), workflow_words.role_names()
        for row in rows:
            row.waiting, row.role_names = waits.get(row.pk, []), roles

    @display(description=gettext_lazy("partner type"), ordering="type__name")
    def type_name(self, application):
        return name_of(application.type)

    @display(description=gettext_lazy("waits for"))
    def waits(self, application):
        parts = [f"{name_of(row.step)}: {whom(row, application.role_names)}" for row in application.waiting]
        return " · ".join(parts) or "–"

    @display(description=gettext_lazy("working days"))
    def age_figure(self, application):
        since = min((row.since for row in application.waiting), default=None)
        return "–" if since is None else working_days_between(business_day(since), business_day(timezone.now()))

    @display(description=gettext_lazy("until"))
    def due(self, application):
        due = min((row.due_on for row in application.waiting if row.due_on), default=None)
        late = due is not None and due < business_day(timezone.now())
        return cells.label(f"{_('overdue')} {due}", "red") if late else cells.day(due)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, application):
        return cells.label(application.get_state_display(), TONE[application.state])

    @display(description=gettext_lazy("sent"), ordering="sent_at")
    def sent(self, application):
        return cells.instant(application.sent_at)

    def get_urls(self):
        view, name = self.admin_site.admin_view, "partners_partnerapplication"
        return [
            path("board/", view(self.board_view), name=f"{name}_board"),
            path("<int:application_id>/apart/", view(self.apart_view), name=f"{name}_apart"),
            path("<int:application_id>/refuse/", view(self.refuse_view), name=f"{name}_refuse"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of its case, where it is decided; a draft shows what is filled in so far."""
        application = self.get_object_or_deny(request, object_id)
        number = onboarding.case_numbers([application]).get(application.pk)
        if number is not None:
            return HttpResponseRedirect(reverse("admin:core_workflowcase_change", args=[number]))
        return super().change_view(request, object_id, form_url, extra_context)

    @action(description=gettext_lazy("Board"), icon="view_kanban", permissions=["partners.view_partnerapplication"])
    def to_board(self, request):
        return HttpResponseRedirect(reverse("admin:partners_partnerapplication_board"))

    def board_view(self, request):
        """What waits at which step, since when, and who holds it up."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text, kind = request.GET.get("q", "").strip()[:100], request.GET.get("type", "")
        late = bool(request.GET.get("late"))
        rows = onboarding.found(request.user, text=text, kind=kind)
        columns = onboarding.board(rows, on=business_day(timezone.now()), only_late=late)
        roles = workflow_words.role_names()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Applications by step"),
            "opts": self.opts,
            "columns": [(column, [(card, whom(card.case_step, roles)) for card in column.cards]) for column in columns],
            "types": [(one.code, name_of(one)) for one in PartnerType.objects.filter(track__isnull=False)],
            "chosen": {"q": text, "type": kind, "late": late},
            "filtered": bool(text or kind or late),
        }
        return TemplateResponse(request, "admin/partners/board.html", context)

    def apart_view(self, request, application_id):
        """The applicant is none of the partners that are like it."""
        application = self.get_object_or_deny(request, application_id)
        back = reverse("admin:partners_partnerapplication_change", args=[application.pk])
        if not request.user.has_perm("partners.change_partnerapplication"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(back)
        try:
            likeness.set_apart(application=application, by=request.user, at=timezone.now())
        except DomainError as refusal:
            return self.refuse(request, refusal, back)
        messages.success(request, _("Noted: it is another company."))
        return HttpResponseRedirect(back)

    def refuse_view(self, request, application_id):
        application = self.get_object_or_deny(request, application_id)
        if not request.user.has_perm("partners.change_partnerapplication"):
            raise PermissionDenied
        number = onboarding.case_numbers([application]).get(application.pk)

        def act(data):
            applications.refuse(application=application, by=request.user, reason=data["reason"], at=timezone.now())
            return _("%(company)s is refused and is told why.") % {"company": application.company}

        page = ActionPage(
            title=_("Refuse the application"),
            hint=_("It ends here, whatever step it is at. The applicant reads the reason."),
            form=ReasonForm,
            act=act,
            back=reverse("admin:core_workflowcase_change", args=[number])
            if number
            else reverse("admin:partners_partnerapplication_changelist"),
            button=_("Refuse %(company)s") % {"company": application.company},
        )
        return actions.answer(self, request, application, page)


class TrackForm(forms.Form):
    """A track for a type that has none yet."""

    kind = forms.ModelChoiceField(
        PartnerType.objects.none(), label=gettext_lazy("partner type"), widget=UnfoldAdminSelectWidget
    )
    name = forms.CharField(label=gettext_lazy("name"), max_length=120, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(
        label=gettext_lazy("name in English"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )
    copy_of = forms.ModelChoiceField(
        OnboardingTrack.objects.none(),
        label=gettext_lazy("begin with the steps of"),
        required=False,
        empty_label=gettext_lazy("no steps"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = PartnerType.objects.filter(track__isnull=True).order_by("code")
        self.fields["kind"].label_from_instance = name_of
        self.fields["copy_of"].queryset = OnboardingTrack.objects.select_related("definition").order_by("pk")
        self.fields["copy_of"].label_from_instance = lambda track: name_of(track.definition)


@admin.register(OnboardingTrack)
class OnboardingTrackAdmin(AppendOnlyAdmin):
    """Which process brings in which type of partner; its steps are designed and published as versions."""

    staff_wide_only = True
    list_display = ("type_name", "process", "in_force", "running_figure", "draft", "open_label", "design")
    list_filter = ("is_open",)
    list_select_related = ("type", "definition")
    search_fields = ("type__code", "type__name", "type__name_en", "definition__name", "definition__name_en")
    search_help_text = gettext_lazy("Partner type or name of the track")
    ordering = ("type__code",)
    on_phones = ("type_name", "in_force", "running_figure", "design")
    actions_list = ("new",)
    actions_row = ("switch",)
    empty_hint = gettext_lazy("Press “New track”: which steps does a company of this type go through?")
    export_fields = ("type__code", "definition__code", "is_open")

    def get_queryset(self, request):
        published = Q(definition__versions__published_at__isnull=False)
        running = Q(definition__cases__state=CaseState.RUNNING)
        return (
            super()
            .get_queryset(request)
            .annotate(
                last=Max("definition__versions__number", filter=published),
                drafts=Count("definition__versions", filter=~published, distinct=True),
                running=Count("definition__cases", filter=running, distinct=True),
            )
        )

    def decorate(self, rows, request):
        for row in rows:
            row.may_design = request.user.has_perm("core.change_workflowdefinition")

    @display(description=gettext_lazy("partner type"), ordering="type__code")
    def type_name(self, track):
        return name_of(track.type)

    @display(description=gettext_lazy("track"))
    def process(self, track):
        return name_of(track.definition)

    @display(description=gettext_lazy("in force"))
    def in_force(self, track):
        return cells.label(f"v{track.last}", "green") if track.last else cells.label(_("nothing yet"))

    @display(description=gettext_lazy("running cases"))
    def running_figure(self, track):
        if not track.running:
            return "–"
        here = {"definition__id__exact": track.definition_id, "for": "running"}
        return cells.link(track.running, "admin:core_workflowcase_changelist", **here)

    @display(description=gettext_lazy("draft"))
    def draft(self, track):
        return cells.label(_("draft"), "orange") if track.drafts else "–"

    @display(description=gettext_lazy("companies may apply"))
    def open_label(self, track):
        return cells.label(_("yes"), "green") if track.is_open else cells.label(_("no"))

    @display(description="")
    def design(self, track):
        page = "design" if track.may_design else "change"
        return cells.link(
            _("Design") if track.may_design else _("Open"), f"admin:core_workflowdefinition_{page}", track.definition_id
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        track = self.get_object_or_deny(request, object_id)
        return HttpResponseRedirect(reverse("admin:core_workflowdefinition_change", args=[track.definition_id]))

    @action(description=gettext_lazy("New track"), icon="add", permissions=["core.add_workflowdefinition"])
    def new(self, request):
        made = {}

        def act(data):
            made["pk"] = tracks.create_track(**data).definition_id
            return _("The track is made; give it steps.")

        page = ActionPage(
            title=_("New track"),
            form=TrackForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse("admin:core_workflowdefinition_design", args=[made["pk"]])),
            back=reverse("admin:partners_onboardingtrack_changelist"),
            button=_("Make it and design its steps"),
        )
        return actions.answer(self, request, None, page)

    @action(
        description=gettext_lazy("Open or close"), icon="toggle_on", permissions=["partners.change_onboardingtrack"]
    )
    def switch(self, request, object_id):
        track = self.get_object_or_deny(request, object_id)

        def act(_data):
            tracks.open_or_close(track=track, is_open=not track.is_open)
            return _("Companies may apply.") if track.is_open else _("Companies may not apply any more.")

        page = ActionPage(
            title=_("Open or close a track"),
            hint=_("Closed, the type is not offered on the public page. Running applications go on."),
            form=Nothing,
            act=act,
            back=reverse("admin:partners_onboardingtrack_changelist"),
            button=_("Close it") if track.is_open else _("Open it"),
        )
        return actions.answer(self, request, track, page)


@admin.register(AccessRequest)
class AccessRequestAdmin(AppendOnlyAdmin):
    """Who asked to act for which partner; its owner answers in the portal."""

    list_display = ("name", "email", "partner", "state_label", "asked_at", "answered_by")
    list_filter = ("state",)
    list_select_related = ("partner", "answered_by")
    search_fields = ("name", "email", "partner__name", "partner__name_en", "partner__code")
    search_help_text = gettext_lazy("Person, e-mail or partner")
    ordering = ("-asked_at", "-pk")
    empty_hint = gettext_lazy("People of partners ask on the public page; their owner lets them in.")
    export_fields = ("name", "email", "partner__code", "state", "asked_at", "answered_at")

    @display(description=gettext_lazy("state"), ordering="state")
    def state_label(self, row):
        tones = {AccessState.OPEN: "orange", AccessState.ACCEPTED: "green", AccessState.DECLINED: "grey"}
        return cells.label(row.get_state_display(), tones[row.state])

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ReadOnlyInline
from channelhub.core.admin.cases import case_link
from channelhub.core.admin.scope import visible
from channelhub.core.models import WorkflowCase
from channelhub.lib import formats
from channelhub.lib.periods import business_day
from partners.models import Partner
from pricing.enums import Pays, ProgrammeStatus, SalesKind
from pricing.forms import programmes as forms
from pricing.models import ProgrammeMember, ProgrammeVersion, RebateProgramme
from pricing.services import members, programme_approval, programmes
from pricing.services.programmes import Counting

TONE = {ProgrammeStatus.DRAFT: "grey", ProgrammeStatus.ACTIVE: "green", ProgrammeStatus.ENDED: "grey"}
MAY_CHANGE = ["pricing.change_rebateprogramme"]


def bands_text(bands, pays, currency):
    """From where and what rate, one after the other."""
    parts = []
    for starts_at, rate in bands:
        paid = formats.percent_text(rate) if pays == Pays.PERCENT else formats.money_text(rate, currency, iso=True)
        parts.append(f"{formats.quantity_text(starts_at)}+ {paid}")
    return " · ".join(parts) or "–"


class VersionInline(ReadOnlyInline):
    model = ProgrammeVersion
    fields = readonly_fields = ("valid_from", "state", "method", "qualifier", "terms", "counted", "limits")
    ordering = ("-valid_from", "-known_from")
    verbose_name_plural = gettext_lazy("Terms")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("programme", "product_line").prefetch_related("bands")

    @display(description=gettext_lazy("state"))
    def state(self, version):
        if version.known_until:
            return cells.label(_("superseded"))
        if version.ends:
            return cells.label(_("ends"), "orange")
        return cells.label(_("known"), "green") if version.known_in else cells.label(_("waits for the night"), "blue")

    @display(description=gettext_lazy("bands"))
    def terms(self, version):
        bands = sorted((band.starts_at, band.rate) for band in version.bands.all())
        return bands_text(bands, version.pays, version.programme.currency)

    @display(description=gettext_lazy("counts"))
    def counted(self, version):
        kinds = ", ".join(str(SalesKind(kind).label) for kind in version.kinds)
        return f"{kinds}; {version.product_line or _('everything')}; {version.get_scope_display()}"

    @display(description=gettext_lazy("at least, at most"))
    def limits(self, version):
        return f"{formats.quantity_text(version.floor)} / {formats.quantity_text(version.cap)}"


class MemberInline(ReadOnlyInline):
    model = ProgrammeMember
    fields = readonly_fields = ("partner", "known_in")
    verbose_name_plural = gettext_lazy("Members")

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("partner").order_by("partner__sort_key", "pk")
        return rows.filter(partner__in=visible(Partner, request))


@admin.register(RebateProgramme)
class RebateProgrammeAdmin(AppendOnlyAdmin):
    """What partners may earn: terms in versions, never edited; a change of terms is a new version."""

    list_display = ("code", "name", "name_en", "period", "currency", "starts_on", "members_figure", "state")
    list_filter = ("status", "period", "currency")
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = (("code", "status"), "approval", ("name", "name_en"), ("currency", "period", "starts_on"))
    inlines = (VersionInline, MemberInline)
    actions_list = ("new",)
    actions_detail = (
        "new_version",
        "add_members",
        "send",
        {"title": gettext_lazy("More"), "items": ["manual", "end"]},
    )
    empty_hint = gettext_lazy("Press “New programme”: who earns what on which sales.")

    def get_queryset(self, request):
        about = {"record_type": "pricing.rebateprogramme", "record_id": OuterRef("pk")}
        running = WorkflowCase.objects.running().filter(**about)
        return super().get_queryset(request).annotate(member_count=Count("members"), asked=Exists(running))

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "approval"]

    @display(description=gettext_lazy("approval"))
    def approval(self, programme):
        """Who is waited for since when, or how the last case ended: the way to it."""
        case = WorkflowCase.objects.about(programme).first()
        return case_link(case) if case else _("not sent yet")

    @display(description=gettext_lazy("members"))
    def members_figure(self, programme):
        return f"{programme.member_count:,}"

    @display(description=gettext_lazy("state"), ordering="status")
    def state(self, programme):
        asked = programme.asked and programme.status == ProgrammeStatus.DRAFT
        return cells.label(self.state_text(programme), "blue" if asked else TONE[programme.status])

    def state_text(self, programme):
        asked = programme.asked and programme.status == ProgrammeStatus.DRAFT
        return _("in approval") if asked else programme.get_status_display()

    def _answer(self, request, programme, **page):
        back = reverse("admin:pricing_rebateprogramme_change", args=[programme.pk])
        return actions.answer(self, request, programme, ActionPage(back=back, **page))

    @action(description=gettext_lazy("New programme"), icon="add", permissions=["pricing.add_rebateprogramme"])
    def new(self, request):
        made = {}

        def act(data):
            made["pk"] = programmes.create_programme(**data).pk
            return _("The draft is made; give it terms and members.")

        page = ActionPage(
            title=_("New rebate programme"),
            form=forms.ProgrammeForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(
                reverse("admin:pricing_rebateprogramme_change", args=[made["pk"]]),
            ),
            back=reverse("admin:pricing_rebateprogramme_changelist"),
            button=_("Make the draft"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("New terms"), icon="tune", permissions=MAY_CHANGE)
    def new_version(self, request, object_id):
        programme = self.get_object_or_deny(request, object_id)

        def terms(data):
            names = ("method", "qualifier", "pays", "bands", "cap", "floor")
            return programmes.terms(programme=programme, **{name: data[name] for name in names})

        def preview(data):
            made = terms(data)  # what means nothing is refused here already
            new = bands_text(data["bands"], made.pays, programme.currency)
            return Preview(
                changes=[(_("bands"), *_old_and(programme, data["valid_from"], new))],
                facts=[(_("from"), str(data["valid_from"])), (_("members"), str(programme.member_count))],
                warnings=_warnings(programme, data["valid_from"]),
                button=_("Publish the terms from %(day)s") % {"day": data["valid_from"]},
            )

        def act(data):
            counting = Counting(data["kinds"], data["product_line"], data["scope"])
            programmes.publish_version(
                programme=programme,
                valid_from=data["valid_from"],
                terms=terms(data),
                counting=counting,
                at=timezone.now(),
            )
            return _("The terms are recorded; the next night takes them.")

        return self._answer(request, programme, title=_("New terms"), form=forms.VersionForm, preview=preview, act=act)

    @action(description=gettext_lazy("Add members"), icon="group_add", permissions=MAY_CHANGE)
    def add_members(self, request, object_id):
        programme = self.get_object_or_deny(request, object_id)

        def act(data):
            count = members.add_members(programme=programme, partner_ids=[partner.pk for partner in data["partners"]])
            text = ngettext("%(count)d partner takes part now.", "%(count)d partners take part now.", count)
            return text % {"count": count}

        return self._answer(
            request,
            programme,
            title=_("Add members"),
            form=forms.MembersForm,
            form_options={"partners": visible(Partner, request)},
            act=act,
            button=_("Let them take part"),
        )

    @action(description=gettext_lazy("Send for approval"), icon="approval", permissions=MAY_CHANGE)
    def send(self, request, object_id):
        """Whoever made it does not approve it: the process says who does, by what it is expected to cost."""
        programme = self.get_object_or_deny(request, object_id)
        at = timezone.now()

        def preview(data):
            cost = formats.money_text(data["estimated_cost"], programme.currency, iso=True)
            return Preview(
                changes=[(_("state"), self.state_text(programme), _("in approval"))],
                facts=[(_("estimated cost a year"), cost), (_("members"), str(programme.member_count))],
                warnings=[] if programme.member_count else [_("Nobody takes part yet.")],
                button=_("Send %(name)s for approval") % {"name": programme.name},
            )

        def act(data):
            programme_approval.send_for_approval(programme=programme, by=request.user, at=at, **data)
            programme.refresh_from_db()
            if programme.status == ProgrammeStatus.ACTIVE:
                return _("Below the limit it is approved of itself; the next night accrues it.")
            return _("It is sent; those who approve it have a task. Until then its terms and members stay as they are.")

        cost = programme_approval.estimated_cost(programme=programme, today=business_day(at))
        return self._answer(
            request,
            programme,
            title=_("Send for approval"),
            hint=_("Approved, it is activated: from the next night on its members' sales are accrued."),
            form=forms.ApprovalForm,
            form_options={"initial_cost": cost},
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("End"), icon="event_busy", permissions=MAY_CHANGE)
    def end(self, request, object_id):
        programme = self.get_object_or_deny(request, object_id)

        def preview(data):
            return Preview(
                changes=[(_("state"), programme.get_status_display(), str(ProgrammeStatus.ENDED.label))],
                facts=[(_("earns nothing from"), str(data["valid_from"]))],
                button=_("End it from %(day)s") % {"day": data["valid_from"]},
            )

        def act(data):
            programmes.end_programme(programme=programme, valid_from=data["valid_from"], at=timezone.now())
            return _("The programme ends; earlier periods are still corrected.")

        return self._answer(
            request, programme, title=_("End the programme"), form=forms.EndForm, preview=preview, act=act
        )

    @action(description=gettext_lazy("Manual amount"), icon="edit_note", permissions=["pricing.add_manualamount"])
    def manual(self, request, object_id):
        programme = self.get_object_or_deny(request, object_id)

        def preview(data):
            amount = formats.money_text(data["amount"], programme.currency, iso=True)
            return Preview(
                changes=[(data["partner"].name, "–", amount)],
                facts=[(_("period"), str(data["period_on"])), (_("reason"), data["reason"])],
                button=_("Record %(amount)s") % {"amount": amount},
            )

        def act(data):
            members.record_manual_amount(programme=programme, **data)
            return _("The amount is recorded; the next night posts it.")

        return self._answer(
            request,
            programme,
            title=_("Manual amount"),
            form=forms.ManualForm,
            form_options={"partners": visible(Partner, request)},
            preview=preview,
            act=act,
        )


def _old_and(programme, day, new):
    """The bands in force on the day, and the new ones."""
    known = programme.versions.filter(valid_from__lte=day, known_until__isnull=True).order_by("-valid_from").first()
    if known is None:
        return "–", new
    bands = known.bands.order_by("starts_at").values_list("starts_at", "rate")
    return bands_text(bands, known.pays, programme.currency), new


def _warnings(programme, day):
    if day > timezone.now().date() or programme.status == ProgrammeStatus.DRAFT:
        return []
    return [_("Periods that have begun are settled anew: differences are posted with the cause “new terms”.")]

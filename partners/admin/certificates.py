from datetime import timedelta

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ChannelAdmin, ReadOnlyInline
from channelhub.core.admin.exports import PERIOD
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day, last_day
from partners.enums import CertificateStanding
from partners.forms.certificates import NamedChoices, RenewForm, WhyForm
from partners.models import Certificate, CertificateWarning, CertificationRequirement, ExamAttempt
from partners.rules.certification import last_day_of
from partners.services import academy, certificate_papers, certification, exams

MAY_CHANGE = ["partners.change_certificate"]


class StandingFilter(admin.SimpleListFilter):
    """Certificates by what they are worth today."""

    title = gettext_lazy("state")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [
            ("valid", _("Valid")),
            ("ending", _("Ends within 90 days")),
            ("expired", _("Expired")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request, queryset):
        today = business_day(timezone.now())
        if self.value() == "withdrawn":
            return queryset.filter(withdrawn_at__isnull=False)
        if self.value() == "expired":
            return queryset.filter(withdrawn_at__isnull=True, valid_during__endswith__lte=today)
        if self.value() in ("valid", "ending"):
            rows = queryset.in_force(today)
            soon = today + timedelta(days=91)
            return rows.filter(valid_during__endswith__lte=soon) if self.value() == "ending" else rows
        return queryset


class WarningInline(ReadOnlyInline):
    model = CertificateWarning
    fields = readonly_fields = ("days", "warned_on", "costs")

    @display(description=gettext_lazy("what would be lost"))
    def costs(self, warning):
        return ", ".join(row["name"] for row in warning.lost) or "–"


@admin.register(Certificate)
class CertificateAdmin(AppendOnlyAdmin):
    """Who is certified for what, until when; issued from a partner's page, renewed and withdrawn here."""

    list_display = ("number", "who", "owner", "level_name", "until", "standing_label")
    on_phones = ("number", "who", "until", "standing_label")
    list_filter = (("partner", AutocompleteSelectFilter), StandingFilter, "certified", "level__programme")
    list_select_related = ("partner", "level__programme")
    search_fields = ("number", "person", "shop_name", "partner__code", "partner__name")
    search_help_text = gettext_lazy("Number, holder, code or name of the partner")
    ordering = ("-issued_at", "-pk")
    sortable_by = ()
    inlines = (WarningInline,)
    actions_detail = ("paper", "renew", "withdraw")
    empty_hint = gettext_lazy("Open a partner and press “Certify”.")
    export_annotations = PERIOD
    export_fields = (
        "number",
        "certified",
        "partner__code",
        "partner__name",
        "person",
        "shop_name",
        "shop_address",
        "level__programme__code",
        "level__rank",
        "valid_from",
        "valid_through",
        "withdrawn_at",
        "withdrawn_reason",
    )

    def decorate(self, rows, request):
        answers = academy.certificates(rows, on=business_day(timezone.now()))
        for row, answer in zip(rows, answers, strict=True):
            row.standing = answer.standing

    @display(description=gettext_lazy("holder"))
    def who(self, row):
        return row.person or row.shop_name or row.partner.name

    @display(description=gettext_lazy("partner"))
    def owner(self, row):
        return cells.link(row.partner.name, "admin:partners_partner_change", row.partner_id)

    @display(description=gettext_lazy("for"))
    def level_name(self, row):
        return f"{name_of(row.level.programme)} · {name_of(row.level)}"

    @display(description=gettext_lazy("until"))
    def until(self, row):
        return cells.day(last_day(row.valid_during))

    @display(description=gettext_lazy("state"))
    def standing_label(self, row):
        standing = CertificateStanding(row.standing)
        tones = {CertificateStanding.VALID: "green", CertificateStanding.NOT_YET: "orange"}
        return cells.label(standing.label, tones.get(standing, "red"))

    def _answer(self, request, row, **page):
        back = reverse("admin:partners_certificate_change", args=[row.pk])
        return actions.answer(self, request, row, ActionPage(back=back, **page))

    @action(description=gettext_lazy("PDF"), icon="picture_as_pdf", permissions=["partners.view_certificate"])
    def paper(self, request, object_id):
        """The paper as the partner fetches it."""
        row = self.get_object_or_deny(request, object_id)

        try:
            content = certificate_papers.paper_of(row, language=get_language() or "zh-hans")
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:partners_certificate_change", row.pk)
        name = certificate_papers.file_name(row)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="application/pdf", headers=headers)

    @action(description=gettext_lazy("Renew"), icon="autorenew", permissions=MAY_CHANGE)
    def renew(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)

        def preview(data):
            until = last_day_of(data["first"], row.level.validity_months)
            old = formats.day_text(last_day(row.valid_during))
            return Preview(changes=[(_("valid until"), old, formats.day_text(until))], button=_("Renew it"))

        def act(data):
            new = certification.renew(certificate=row, at=timezone.now(), by=request.user, **data)
            return _("Certificate %(number)s is issued; the partner is told.") % {"number": new.number}

        return self._answer(
            request, row, title=_("Renew"), form=RenewForm, preview=preview, act=act,
            initial={"first": max(row.valid_during.upper, business_day(timezone.now()))},
        )  # fmt: skip

    @action(description=gettext_lazy("Withdraw"), icon="block", permissions=MAY_CHANGE)
    def withdraw(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)

        def act(data):
            certification.withdraw(certificate=row, reason=data["reason"], at=timezone.now(), by=request.user)
            return _("The certificate is withdrawn; the partner is told.")

        return self._answer(request, row, title=_("Withdraw"), form=WhyForm, act=act, button=_("Withdraw it for good"))


@admin.register(CertificationRequirement)
class CertificationRequirementAdmin(NamedChoices, ChannelAdmin):
    """What a tier or a product line asks of its partners."""

    list_display = ("asks", "level_name", "needed")
    list_filter = ("tier", "level__programme")
    list_select_related = ("tier", "product_line", "level__programme")
    ordering = ("tier__rank", "product_line__path", "pk")
    fieldsets = ((None, {"fields": (("tier", "product_line"), ("level", "needed"))}),)
    export_fields = ("tier__code", "product_line__code", "level__programme__code", "level__rank", "needed")
    empty_hint = gettext_lazy("Say how many certified people, shops or partners a tier or a product line needs.")
    autocomplete_fields = ("product_line",)

    @display(description=gettext_lazy("asked by"))
    def asks(self, row):
        return name_of(row.tier or row.product_line)

    @display(description=gettext_lazy("for"))
    def level_name(self, row):
        return f"{name_of(row.level.programme)} · {name_of(row.level)}"


@admin.register(ExamAttempt)
class ExamAttemptAdmin(AppendOnlyAdmin):
    """Who tried which exam, and with what result."""

    list_display = ("person", "owner", "level_name", "number", "state_label", "score", "started_at")
    on_phones = ("person", "level_name", "state_label", "score")
    list_filter = (("partner", AutocompleteSelectFilter), "state", "level__programme")
    list_select_related = ("partner", "level__programme")
    search_fields = ("person", "partner__code", "partner__name")
    search_help_text = gettext_lazy("Person, code or name of the partner")
    ordering = ("-started_at", "-pk")
    sortable_by = ()
    exclude = ("drawn", "answers", "seed", "by_course")
    actions_detail = ("allow_another",)
    empty_hint = gettext_lazy("Exams that partners' people take appear here.")
    export_fields = (
        "person",
        "partner__code",
        "level__programme__code",
        "level__rank",
        "number",
        "state",
        "asked",
        "right",
        "score",
        "started_at",
        "ended_at",
    )

    @display(description=gettext_lazy("partner"))
    def owner(self, row):
        return row.partner.name

    @display(description=gettext_lazy("for"))
    def level_name(self, row):
        return f"{name_of(row.level.programme)} · {name_of(row.level)}"

    @display(description=gettext_lazy("state"))
    def state_label(self, row):
        return cells.label(row.get_state_display(), {"passed": "green", "failed": "red"}.get(row.state, "orange"))

    @action(description=gettext_lazy("Allow another try"), icon="replay", permissions=["partners.change_examattempt"])
    def allow_another(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)

        def act(data):
            exams.allow_another(attempt=row, reason=data["reason"], at=timezone.now(), by=request.user)
            return _("%(person)s may try once more.") % {"person": row.person}

        page = ActionPage(
            title=_("Allow another try"), form=WhyForm, act=act, button=_("Allow it"),
            back=reverse("admin:partners_examattempt_change", args=[row.pk]),
        )  # fmt: skip
        return actions.answer(self, request, row, page)

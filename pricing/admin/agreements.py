from django.contrib import admin
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ReadOnlyInline
from channelhub.core.admin.scope import visible
from channelhub.lib import formats
from partners.models import Partner
from pricing.admin.limits import LimitAction, limit_text
from pricing.admin.price_lists import known_state
from pricing.enums import AgreementEffect
from pricing.forms import agreements as forms
from pricing.models import Agreement, AgreementLine, UsageLimit
from pricing.services import agreements
from pricing.templatetags.prices import exact_money

MAY_CHANGE = ["pricing.change_agreement"]
HERE = "admin:pricing_agreement_change"


def agreed_text(line):
    """What a line does, in figures."""
    if line.effect == AgreementEffect.NET_PRICE:
        return exact_money(line.value, line.currency)
    if line.effect == AgreementEffect.AMOUNT_OFF:
        return f"{exact_money(line.value, line.currency)} · {AgreementEffect(line.effect).label}"
    figure = formats.percent_text if line.effect == AgreementEffect.DISCOUNT else formats.quantity_text
    return f"{figure(line.value)} · {AgreementEffect(line.effect).label}"


class AgreementLineInline(ReadOnlyInline):
    model = AgreementLine
    fields = readonly_fields = ("product", "product_line", "does", "from_quantity", "days", "state", "recorded")
    ordering = ("product", "product_line", "min_quantity", "-valid_from", "-known_from")
    verbose_name_plural = gettext_lazy("What is agreed")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "product_line")

    @display(description=gettext_lazy("effect"))
    def does(self, line):
        return agreed_text(line)

    @display(description=gettext_lazy("from quantity"))
    def from_quantity(self, line):
        return formats.quantity_text(line.min_quantity)

    @display(description=gettext_lazy("days"))
    def days(self, line):
        return f"{line.valid_from} – {line.valid_through or ''}".strip()

    @display(description=gettext_lazy("state"))
    def state(self, line):
        return known_state(line, ended=False)

    @display(description=gettext_lazy("recorded"))
    def recorded(self, line):
        return cells.instant(line.known_from)


@admin.register(Agreement)
class AgreementAdmin(LimitAction, AppendOnlyAdmin):
    """Price agreements with partners; the cheaper of agreement and promotion applies, never a sum."""

    list_display = ("code", "name", "partner", "with_subtree", "customer", "project", "says", "volume")
    on_phones = ("name", "partner", "says", "volume")
    list_filter = ("with_subtree",)
    search_fields = ("code", "name", "name_en", "partner__code", "partner__name", "customer", "project")
    ordering = ("code",)
    list_select_related = ("partner",)
    fields = (("code", "partner", "with_subtree"), ("name", "name_en"), ("customer", "project"))
    inlines = (AgreementLineInline,)
    actions_list = ("new",)
    actions_detail = ("agree", "set_limit")
    export_fields = ("code", "name", "name_en", "partner", "with_subtree", "customer", "project")
    empty_hint = gettext_lazy("Press “New agreement”, then say what is agreed.")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(partner__in=visible(Partner, request))

    def decorate(self, rows, request):
        """How much each says, and how much of it is used, for the page at once."""
        known = AgreementLine.objects.filter(agreement__in=rows, known_until=None).order_by().values("agreement_id")
        counts = {row["agreement_id"]: row["count"] for row in known.annotate(count=Count("pk"))}
        limits = {limit.agreement_id: limit for limit in UsageLimit.objects.filter(agreement__in=rows)}
        for row in rows:
            row.says_text, row.known_limit = f"{counts.get(row.pk, 0):,}", limits.get(row.pk)

    @display(description=gettext_lazy("lines"))
    def says(self, agreement):
        return agreement.says_text

    @display(description=gettext_lazy("volume used"))
    def volume(self, agreement):
        limit = agreement.known_limit
        return f"{formats.quantity_text(limit.used)} / {limit_text(limit)}" if limit else formats.NO_DATA

    @action(description=gettext_lazy("New agreement"), icon="add", permissions=["pricing.add_agreement"])
    def new(self, request):
        made = {}

        def act(data):
            made["pk"] = agreements.create_agreement(**data).pk
            return _("The agreement is made; say what is agreed.")

        page = ActionPage(
            title=_("New agreement"),
            form=forms.AgreementForm,
            form_options={"partners": visible(Partner, request)},
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse(HERE, args=[made["pk"]])),
            back=reverse("admin:pricing_agreement_changelist"),
            button=_("Make the agreement"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("Agree a price"), icon="handshake", permissions=MAY_CHANGE)
    def agree(self, request, object_id):
        agreement = self.get_object_or_deny(request, object_id)

        def preview(data):
            new = forms.agreed_of(data)
            column = "product" if data["product"] else "product_line"
            known = agreement.lines.filter(
                **{column: new.item}, min_quantity=new.min_quantity, valid_from=new.valid_from, known_until=None
            ).first()
            was = agreed_text(known) if known else formats.NO_DATA
            return Preview(changes=[(str(new.item), was, agreed_text(new))], button=_("Record what is agreed"))

        def act(data):
            agreements.agree(agreement=agreement, agreed=forms.agreed_of(data), at=timezone.now())
            return _("It is recorded; past answers stay as they were.")

        page = ActionPage(
            title=_("Agree a price"),
            form=forms.AgreedForm,
            preview=preview,
            act=act,
            back=reverse(HERE, args=[agreement.pk]),
        )
        return actions.answer(self, request, agreement, page)

    @action(description=gettext_lazy("Set a limit"), icon="speed", permissions=MAY_CHANGE)
    def set_limit(self, request, object_id):
        agreement = self.get_object_or_deny(request, object_id)
        return self.answer_limit(request, agreement, reverse(HERE, args=[agreement.pk]))

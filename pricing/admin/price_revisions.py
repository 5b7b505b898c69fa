from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.forms.nothing import Nothing
from channelhub.lib.periods import business_day
from pricing.admin.revision_rows import CHANGED, LONGEST_ID, rows_of
from pricing.admin.revision_steps import RevisionSteps
from pricing.enums import ListKind, RevisionStatus
from pricing.forms import revisions as forms
from pricing.models import PriceList, PriceRevision, PriceRevisionRow
from pricing.services import price_revisions, revision_page
from pricing.templatetags.prices import change_share, exact_money

MAY_CHANGE = ["pricing.change_pricerevision"]
HERE = "admin:pricing_pricerevision_change"
S = RevisionStatus
TONES = {
    S.DRAFT: "grey",
    S.SUBMITTED: "blue",
    S.APPROVED: "blue",
    S.ANNOUNCED: "orange",
    S.PUBLISHED: "green",
    S.REVERTED: "red",
    S.WITHDRAWN: "grey",
}


class StandFilter(admin.SimpleListFilter):
    """Where revisions stand; those in effect are told from those that wait for their midnight."""

    title = gettext_lazy("state")
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [*S.choices, ("in_effect", _("In effect")), ("waits", _("Waits for its day"))]

    def queryset(self, request, queryset):
        today = business_day(timezone.now())
        wanted = {
            "in_effect": Q(status=S.PUBLISHED, effective_on__lte=today),
            "waits": Q(status=S.PUBLISHED, effective_on__gt=today),
            **{state.value: Q(status=state) for state in S},
        }.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


@admin.register(PriceRevision)
class PriceRevisionAdmin(RevisionSteps, AppendOnlyAdmin):
    """Planned new prices of lists: drafted, compared, approved, announced, published, and given back.

    Prices of a list concern everybody who is asked it: not for people limited to territories.
    """

    staff_wide_only = True
    list_display = ("code", "title", "price_list", "effective_on", "stands", "changed_figure", "waits_figure", "author")
    on_phones = ("code", "title", "effective_on", "stands")
    list_filter = (StandFilter, ("price_list", AutocompleteSelectFilter))
    search_fields = ("code", "title", "price_list__code", "price_list__name")
    list_select_related = ("price_list", "author")
    ordering = ("-effective_on", "code")
    fields = (
        ("code", "price_list"),
        ("title", "reason"),
        ("effective_on", "author"),
        ("drafted_at", "announced_at"),
        ("published_at", "reverted_from"),
        ("ended_at", "ended_by"),
        "ended_reason",
    )
    change_form_outer_before_template = "admin/pricing/revision_head.html"
    actions_list = ("new",)
    actions_detail = (
        "change_prices",
        "set_price",
        "refresh",
        "reschedule",
        "submit",
        "reopen",
        "announce",
        "publish",
        "revert",
        "withdraw",
    )
    export_fields = (
        "code",
        "title",
        "price_list__code",
        "effective_on",
        "status",
        "reason",
        "announced_at",
        "published_at",
        "ended_at",
        "ended_reason",
    )
    empty_hint = gettext_lazy("Press “New revision”: it begins with every price of a list.")

    def decorate(self, rows, request):
        """How many prices each changes, and how many answers each waits for, for the page at once."""
        ids = [row.pk for row in rows]
        changed = PriceRevisionRow.objects.filter(CHANGED, revision__in=ids).order_by().values("revision_id")
        counts = {row["revision_id"]: row["count"] for row in changed.annotate(count=Count("pk"))}
        waiting = Count("pk", filter=Q(notices__consent__in=("pending", "declined")))
        waits = dict(PriceRevision.objects.filter(pk__in=ids).order_by().annotate(c=waiting).values_list("pk", "c"))
        for row in rows:
            row.changed, row.waiting = counts.get(row.pk, 0), waits.get(row.pk, 0)

    @display(description=gettext_lazy("state"))
    def stands(self, revision):
        return cells.label(self.state_text(revision), TONES[S(revision.status)])

    def state_text(self, revision):
        """The state in words; a published one is in effect once its day has come."""
        if revision.status != S.PUBLISHED:
            return revision.get_status_display()
        return _("In effect") if revision.effective_on <= business_day(timezone.now()) else _("Waits for its day")

    @display(description=gettext_lazy("changed prices"))
    def changed_figure(self, revision):
        return f"{revision.changed:,}"

    @display(description=gettext_lazy("answers missing"))
    def waits_figure(self, revision):
        return f"{revision.waiting:,}" if revision.waiting else "–"

    # One revision

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        revision = self.get_object(request, object_id) if object_id else None
        extra = dict(extra_context or {})
        if revision is not None:
            costs = _costs(request)
            extra |= {
                "revision": revision,
                "stands": self.stands(revision),
                "about": revision_page.about(revision, at=timezone.now(), costs=costs),
                "costs": costs,
                "cost_lists": PriceList.objects.filter(kind=ListKind.FIXED, currency=revision.price_list.currency)
                .exclude(pk=revision.price_list_id)
                .order_by("code"),
                "comparison": rows_of(revision, change="changed"),
                "stale_rows": rows_of(revision, stale="yes"),
            }
        return super().changeform_view(request, object_id, form_url, extra)

    def answer_page(self, request, revision, **page):
        """An action's page that leads back to the revision."""
        page.setdefault("back", reverse(HERE, args=[revision.pk]))
        return actions.answer(self, request, revision, ActionPage(**page))

    @action(description=gettext_lazy("New revision"), icon="add", permissions=["pricing.add_pricerevision"])
    def new(self, request):
        made = {}

        def act(data):
            made["revision"] = price_revisions.draft_from_list(**data, author=request.user, at=timezone.now())
            return _("The draft is made; change its prices.")

        page = ActionPage(
            title=_("New price revision"),
            hint=_("It begins with every price that the list will have on that day."),
            form=forms.NewRevisionForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse(HERE, args=[made["revision"].pk])),
            back=reverse("admin:pricing_pricerevision_changelist"),
            button=_("Make the draft"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("Change prices"), icon="percent", permissions=MAY_CHANGE)
    def change_prices(self, request, object_id):
        """+3 % on a line, with what it does to the draft before it is done."""
        revision = self.get_object_or_deny(request, object_id)

        def preview(data):
            change, chosen = forms.change_of(data), forms.chosen_of(data)
            count, after = price_revisions.after_change(revision=revision, change=change, chosen=chosen)
            facts = [
                (_("dearer"), f"{after.up:,} · {change_share(after.most_up)}"),
                (_("cheaper"), f"{after.down:,} · {change_share(after.most_down)}"),
            ]
            text = ngettext("Change %(count)s price", "Change %(count)s prices", count) % {"count": f"{count:,}"}
            return Preview(facts=facts, button=text, refused=not count)

        def act(data):
            change, chosen = forms.change_of(data), forms.chosen_of(data)
            count = price_revisions.change_rows(revision=revision, change=change, chosen=chosen)
            text = ngettext("%(count)s price was changed.", "%(count)s prices were changed.", count)
            return text % {"count": f"{count:,}"}

        return self.answer_page(
            request,
            revision,
            title=_("Change prices"),
            hint=_("Rounded as the list rounds; a change that makes a price negative changes none."),
            form=forms.ChangeForm,
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("Set one price"), icon="sell", permissions=MAY_CHANGE)
    def set_price(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)

        def preview(data):
            new = exact_money(data["unit_price"], revision.price_list.currency)
            found = revision.rows.filter(product=data["product"], min_quantity=data["min_quantity"]).first()
            was = exact_money(found and found.new_price, revision.price_list.currency)
            return Preview(changes=[(data["product"].sku, was, new)], button=_("Set %(price)s") % {"price": new})

        def act(data):
            price_revisions.set_row(revision=revision, **data)
            return _("The new price is set.")

        return self.answer_page(
            request, revision, title=_("Set one price"), form=forms.RowForm, preview=preview, act=act
        )

    @action(description=gettext_lazy("Read the list anew"), icon="sync", permissions=MAY_CHANGE)
    def refresh(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)

        def act(_data):
            count = price_revisions.refresh(revision=revision, at=timezone.now())
            text = ngettext("%(count)s price was read anew.", "%(count)s prices were read anew.", count)
            return text % {"count": f"{count:,}"}

        return self.answer_page(
            request,
            revision,
            title=_("Read the list anew"),
            hint=_("Old prices become those of today, new products are added; new prices that you set stay."),
            form=Nothing,
            act=act,
            button=_("Read it anew"),
        )


def _costs(request):
    """The list that the reader calls costs; None: no margin is shown."""
    sent = request.GET.get("costs", "")
    if not sent.isdecimal() or len(sent) > LONGEST_ID:
        return None
    return PriceList.objects.filter(pk=sent, kind=ListKind.FIXED).first()

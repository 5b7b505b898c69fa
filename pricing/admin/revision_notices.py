from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from pricing.enums import ConsentState
from pricing.forms.revisions import SettleForm
from pricing.models import RevisionNotice
from pricing.services import revision_announcing

MAY_CHANGE = ["pricing.change_pricerevision"]
OPEN = (ConsentState.PENDING, ConsentState.DECLINED)
TONES = {
    ConsentState.NOT_NEEDED: "grey",
    ConsentState.PENDING: "orange",
    ConsentState.GIVEN: "green",
    ConsentState.DECLINED: "red",
    ConsentState.SETTLED: "blue",
}


def notices_of(revision, **more):
    """The address of the list of those who were told of a revision."""
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{reverse('admin:pricing_revisionnotice_changelist')}?revision__id__exact={revision.pk}{query}"


@admin.register(RevisionNotice)
class RevisionNoticeAdmin(AppendOnlyAdmin):
    """Who was told of new prices, how early, and what was said to them."""

    list_display = (
        "who",
        "revised",
        "announced_on",
        "notice_days",
        "earliest_on",
        "consent_label",
        "person",
        "decided",
    )
    on_phones = ("who", "revised", "earliest_on", "consent_label")
    list_filter = (("revision", AutocompleteSelectFilter), ("partner", AutocompleteSelectFilter), "consent")
    search_fields = ("partner__code", "partner__name", "revision__code", "revision__title")
    list_select_related = ("partner", "revision")
    ordering = ("-revision__effective_on", "partner__code", "pk")
    sortable_by = ()
    actions_detail = ("settle",)
    export_fields = (
        "revision__code",
        "partner__code",
        "partner__name",
        "announced_on",
        "notice_days",
        "earliest_on",
        "consent",
        "person",
        "decided_at",
        "comment",
    )
    empty_hint = gettext_lazy("Announce an approved revision: the partners it concerns are listed here.")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in ("revision__id__exact", "consent__in") or super().lookup_allowed(lookup, value, request)

    @display(description=gettext_lazy("partner"))
    def who(self, notice):
        return notice.partner.name

    @display(description=gettext_lazy("price revision"))
    def revised(self, notice):
        return cells.link(str(notice.revision), "admin:pricing_pricerevision_change", notice.revision_id)

    @display(description=gettext_lazy("consent"))
    def consent_label(self, notice):
        return cells.label(notice.get_consent_display(), TONES[ConsentState(notice.consent)])

    @display(description=gettext_lazy("decided at"))
    def decided(self, notice):
        return cells.instant(notice.decided_at) if notice.decided_at else "–"

    def get_actions_detail(self, request, object_id):
        waits = RevisionNotice.objects.filter(pk=object_id, consent__in=OPEN).exists()
        return super().get_actions_detail(request, object_id) if waits else []

    @action(description=gettext_lazy("Settle otherwise"), icon="handshake", permissions=MAY_CHANGE)
    def settle(self, request, object_id):
        notice = self.get_object_or_deny(request, object_id)

        def act(data):
            revision_announcing.settle(notice=notice, by=request.user, comment=data["comment"], at=timezone.now())
            return _("It is settled; it no longer keeps the prices back.")

        page = ActionPage(
            title=_("Settle otherwise"),
            hint=_("Say how: another list, an agreement, a word by telephone."),
            form=SettleForm,
            act=act,
            back=notices_of(notice.revision),
        )
        return actions.answer(self, request, notice, page)

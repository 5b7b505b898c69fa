"""The steps of a revision after it was drafted: each a page, shown where the revision stands for it."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from channelhub.core.admin.actions import Preview
from channelhub.core.forms.nothing import Nothing
from channelhub.lib.periods import business_day
from pricing.enums import RevisionStatus
from pricing.forms import revisions as forms
from pricing.models import PriceRevision
from pricing.services import (
    price_revisions,
    revision_announcing,
    revision_approval,
    revision_page,
    revision_publishing,
)

MAY_CHANGE = ["pricing.change_pricerevision"]
S = RevisionStatus
POSSIBLE = {
    "change_prices": {S.DRAFT},
    "set_price": {S.DRAFT},
    "refresh": {S.DRAFT},
    "reschedule": {S.DRAFT, S.APPROVED, S.ANNOUNCED},
    "submit": {S.DRAFT},
    "reopen": {S.APPROVED},
    "announce": {S.APPROVED, S.ANNOUNCED},
    "publish": {S.ANNOUNCED},
    "revert": {S.PUBLISHED},
    "withdraw": {S.DRAFT, S.SUBMITTED, S.APPROVED, S.ANNOUNCED},
}


class RevisionSteps:
    """Submit, announce, publish, give back: mixed into the revision's admin."""

    def get_actions_detail(self, request, object_id):
        """Only what can be done where the revision stands."""
        status = PriceRevision.objects.filter(pk=object_id).values_list("status", flat=True).first()
        found = super().get_actions_detail(request, object_id)
        return [one for one in found if status in POSSIBLE.get(one.action_name.rpartition("_pricerevision_")[2], S)]

    @action(description=gettext_lazy("Another day"), icon="event", permissions=MAY_CHANGE)
    def reschedule(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)

        def preview(data):
            told = revision.status == S.ANNOUNCED
            return Preview(
                changes=[(_("effective on"), str(revision.effective_on), str(data["effective_on"]))],
                warnings=[_("It is to be announced, and agreed to, once more.")] if told else [],
                button=_("Begin on %(day)s") % {"day": data["effective_on"]},
            )

        def act(data):
            price_revisions.reschedule(revision=revision, at=timezone.now(), **data)
            return _("The new prices begin on the other day.")

        return self.answer_page(
            request,
            revision,
            title=_("Another day"),
            form=forms.DayForm,
            initial={"effective_on": revision.effective_on},
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("Submit for approval"), icon="approval", permissions=MAY_CHANGE)
    def submit(self, request, object_id):
        """Whoever submits it does not approve it: the process says who does, by what it changes of a quarter."""
        revision = self.get_object_or_deny(request, object_id)

        def act(_data):
            revision_approval.submit(revision=revision, by=request.user, at=timezone.now())
            return _("It is submitted; those who approve it have a task. Until then its prices stay as they are.")

        return self.answer_page(
            request, revision, title=_("Submit for approval"), form=Nothing, act=act, button=_("Submit it")
        )

    @action(description=gettext_lazy("Draft again"), icon="edit", permissions=MAY_CHANGE)
    def reopen(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)

        def act(_data):
            price_revisions.reopen(revision=revision)
            return _("It is a draft again, to be approved anew.")

        return self.answer_page(
            request, revision, title=_("Draft again"), form=Nothing, act=act, button=_("Make it a draft")
        )

    @action(description=gettext_lazy("Announce"), icon="campaign", permissions=MAY_CHANGE)
    def announce(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)

        def preview(_data):
            about = revision_page.about(revision, at=timezone.now())
            facts = [(_("partners concerned"), f"{about.partners:,}"), (_("effective on"), str(revision.effective_on))]
            early = [_("Too early for %(partner)s.") % {"partner": name} for name in about.early]
            if early:
                facts.append((_("earliest day for all"), str(about.earliest)))
            return Preview(facts=facts, warnings=early, refused=bool(early), button=_("Announce it"))

        def act(_data):
            count = len(revision_announcing.announce(revision=revision, at=timezone.now()))
            text = ngettext("%(count)s partner is told.", "%(count)s partners are told.", count)
            return text % {"count": f"{count:,}"}

        return self.answer_page(request, revision, title=_("Announce"), form=Nothing, preview=preview, act=act)

    @action(description=gettext_lazy("Publish"), icon="publish", permissions=MAY_CHANGE)
    def publish(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)

        def act(data):
            count = revision_publishing.publish(revision=revision, at=timezone.now(), **data)
            text = ngettext(
                "%(count)s price holds from midnight of %(day)s on, by itself.",
                "%(count)s prices hold from midnight of %(day)s on, by themselves.",
                count,
            )
            return text % {"count": f"{count:,}", "day": revision.effective_on}

        return self.answer_page(
            request,
            revision,
            title=_("Publish"),
            form=forms.PublishForm,
            act=act,
            button=_("Publish from %(day)s") % {"day": revision.effective_on},
        )

    @action(description=gettext_lazy("Give back the old prices"), icon="undo", permissions=MAY_CHANGE)
    def revert(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)
        today = business_day(timezone.now())

        def preview(data):
            ahead = revision.effective_on > today
            day = revision.effective_on if ahead else data["valid_from"] or today
            text = _("The new prices never hold.") if ahead else _("The new prices hold until the day before.")
            return Preview(
                facts=[(_("old prices again from"), str(day))],
                warnings=[text],
                button=_("Give back from %(day)s") % {"day": day},
            )

        def act(data):
            count = revision_publishing.revert(revision=revision, by=request.user, at=timezone.now(), **data)
            text = ngettext("%(count)s price is given back.", "%(count)s prices are given back.", count)
            return text % {"count": f"{count:,}"}

        return self.answer_page(
            request,
            revision,
            title=_("Give back the old prices"),
            hint=_("What was changed again since stays; what was known stays known."),
            form=forms.RevertForm,
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("Withdraw"), icon="cancel", permissions=MAY_CHANGE)
    def withdraw(self, request, object_id):
        revision = self.get_object_or_deny(request, object_id)

        def act(data):
            revision_publishing.withdraw(revision=revision, by=request.user, at=timezone.now(), **data)
            return _("The revision is withdrawn.")

        return self.answer_page(
            request, revision, title=_("Withdraw"), form=forms.EndForm, act=act, button=_("Withdraw it")
        )

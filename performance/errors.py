"""What ``performance`` refuses. The codes are part of the public API (docs/api)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.lib.errors import DomainError


class DemoNeedsEmptyChannel(DomainError):
    """The demo is only put where no partner stands yet."""

    code = "demo_needs_empty_channel"


class DemoRowsRefused(DomainError):
    """The ledger refused lines of the demo: the generator and the ledger's rules disagree."""

    code = "demo_rows_refused"


class ScorecardMeansNothing(DomainError):
    """Terms of a scorecard without criteria, with a curve out of order or grades that do not fall."""

    code = "scorecard_means_nothing"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("These criteria and grades cannot be computed: curves rise by value, grades fall."))


class FindingDecided(DomainError):
    """A finding is decided once; a withdrawn one has nothing left to decide."""

    code = "finding_decided"

    def __init__(self) -> None:
        super().__init__(_("This finding is no longer open."))


class DecisionNeedsReason(DomainError):
    """Confirming or dismissing a finding says why."""

    code = "decision_needs_reason"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("A decision needs a reason."))


class NotATarget(DomainError):
    """A target is for a partner or a territory, greater than nothing, over a period with both ends."""

    code = "not_a_target"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("A target is for one partner or one territory, and greater than zero."))


RULES_TROUBLES = {
    "unknown_metric": gettext_lazy("%(metric)s is not a known metric."),
    "window_not_for_metric": gettext_lazy("%(metric)s: facts are asked for now, figures over a window of months."),
    "currency_for_money_only": gettext_lazy("%(metric)s: money names its currency, anything else has none."),
    "yes_or_no": gettext_lazy("%(metric)s is either so or not: ask for 1 or 0."),
    "needed": gettext_lazy("Of the criteria that are not mandatory at least one and at most all are needed."),
    "twice": gettext_lazy("A tier asks for a metric over the same window once, over at most 24 months."),
    "past": gettext_lazy("Rules start today or later: what was decided by the old ones stays."),
}


class TierRulesMeanNothing(DomainError):
    """Rules of a tier that cannot be computed; ``trouble`` says what is wrong, ``metric`` with which criterion."""

    code = "tier_rules_mean_nothing"
    http_status = 422

    def __init__(self, message: str, *, trouble: str, metric: str) -> None:
        super().__init__(message)
        self.trouble, self.metric = trouble, metric

    @classmethod
    def of(cls, trouble: str, metric: str = "") -> "TierRulesMeanNothing":
        return cls(str(RULES_TROUBLES[trouble]) % {"metric": metric}, trouble=trouble, metric=metric)


class ProposalDecided(DomainError):
    """A proposal is decided once; whoever comes second is told what the first one decided."""

    code = "proposal_decided"

    @classmethod
    def of(cls, proposal: Any) -> "ProposalDecided":
        """Name what became of it, and who decided."""
        state = proposal.get_state_display()
        if proposal.decided_by is None:
            return cls(_("This proposal is no longer open: %(state)s.") % {"state": state})
        told = {"person": proposal.decided_by.name, "state": state}
        return cls(_("%(person)s has decided this proposal already: %(state)s.") % told)


class GraceRuns(DomainError):
    """A tier is not taken away before the grace period is over, nor changed on a day gone by."""

    code = "grace_runs"

    def __init__(self, earliest: date) -> None:
        super().__init__(_("The change takes effect on %(day)s at the earliest.") % {"day": earliest.isoformat()})
        self.earliest = earliest


class TierHasChanged(DomainError):
    """The partner stands in another tier than the one the proposal was made for."""

    code = "tier_has_changed"

    def __init__(self) -> None:
        super().__init__(_("The partner stands in another tier by now: the next night reviews it again."))

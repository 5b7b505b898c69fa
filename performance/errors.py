"""What ``performance`` refuses. The codes are part of the public API (docs/api)."""

from django.utils.translation import gettext as _

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

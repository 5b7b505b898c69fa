"""What ``performance`` refuses. The codes are part of the public API (docs/api)."""

from channelhub.lib.errors import DomainError


class DemoNeedsEmptyChannel(DomainError):
    """The demo is only put where no partner stands yet."""

    code = "demo_needs_empty_channel"


class DemoRowsRefused(DomainError):
    """The ledger refused lines of the demo: the generator and the ledger's rules disagree."""

    code = "demo_rows_refused"

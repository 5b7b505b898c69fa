"""A dealer's statement: asked behind the fence for an account of its own, answered from all facts outside it."""

from channelhub.core.services.fence import unfenced
from pricing.models import RebateAccount
from pricing.rules.explaining import AccountExplained
from pricing.selectors import statements
from pricing.selectors.statements import AccountRow, LineBehind, MonthRow


def accounts_of(*, partner_id: int) -> list[AccountRow]:
    """The accounts of the partner who asks; ``partner_id`` is the one it acts for, never one from the request."""
    with unfenced():
        return statements.accounts_of(partner_id)


def months_of(*, account: RebateAccount) -> list[MonthRow]:
    """The postings of an account that was fetched behind the fence, by month."""
    with unfenced():
        return statements.months_of(account)


def why(*, account: RebateAccount) -> AccountExplained:
    """The steps of an account that was fetched behind the fence; terms and rates are read outside it."""
    with unfenced():
        return statements.why(account)


def lines_behind(*, account: RebateAccount) -> list[LineBehind]:
    """The lines behind an account that was fetched behind the fence, with those of its subtree of their day."""
    with unfenced():
        return statements.lines_behind(account)

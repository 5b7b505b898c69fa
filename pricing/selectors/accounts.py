"""What the accounts of rebates are found by."""

from channelhub.lib import sql
from channelhub.lib.periods import Period

# From one period to the next by the index: a DISTINCT would read every account.
PERIODS = """
    WITH RECURSIVE latest (period_on, period_ends) AS (
        (SELECT period_on, period_ends FROM pricing_rebateaccount
         ORDER BY period_on DESC, period_ends DESC LIMIT 1)
        UNION ALL
        SELECT earlier.period_on, earlier.period_ends
        FROM latest, LATERAL (
            SELECT account.period_on, account.period_ends FROM pricing_rebateaccount AS account
            WHERE (account.period_on, account.period_ends) < (latest.period_on, latest.period_ends)
            ORDER BY account.period_on DESC, account.period_ends DESC LIMIT 1
        ) AS earlier
    )
    SELECT period_on, period_ends FROM latest LIMIT %(limit)s
"""


def earned_periods(limit: int) -> list[Period]:
    """The periods of accounts, those that began last first, then the longest."""
    return [Period(first, end) for first, end in sql.fetch(PERIODS, {"limit": limit})]

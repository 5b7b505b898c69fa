"""What terms are expected to pay, before anything was sold under them."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.rules.rebates import ZERO, Terms, Turnover, rebate_earned


def expected_payout(*, a_year: Sequence[Turnover], terms: Terms, periods: int) -> Decimal:
    """Each earner's year is spread evenly over the periods: sum of periods × rebate of (year ÷ periods).

    An even year pays least where rates rise, so a seasonal one may pay more.
    """
    return sum(
        (
            rebate_earned(turnover=Turnover(sold.amount / periods, sold.quantity / periods), terms=terms) * periods
            for sold in a_year
        ),
        ZERO,
    )

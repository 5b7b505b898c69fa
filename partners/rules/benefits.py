"""Which benefits carry a figure, which words, and within what bounds."""

from decimal import Decimal

from partners.enums import BenefitKind

FIGURES = {
    BenefitKind.DEPOSIT_FACTOR: Decimal(10),
    BenefitKind.MARKETING_SHARE: Decimal(1),
    BenefitKind.TRAINING_SEATS: Decimal(10_000),
}


def trouble_of(kind: str, value: Decimal | None, text: str) -> str:
    """What is wrong with a benefit as it was typed: ``no_figure``, ``figure_out_of_bounds``, ``no_words``; empty: good.

    A factor is at most ten, a share at most all of it, seats are whole.
    """
    most = FIGURES.get(BenefitKind(kind))
    if most is None:
        return "" if text else "no_words"
    if value is None:
        return "no_figure"
    whole = kind != BenefitKind.TRAINING_SEATS or value == value.to_integral_value()
    return "" if Decimal(0) <= value <= most and whole else "figure_out_of_bounds"

"""How large a demo channel is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """``partners`` and ``products`` there are, and about how many ledger ``lines`` over 24 months."""

    code: str
    partners: int
    products: int
    lines: int
    months: int = 24


SCALES = {
    scale.code: scale
    for scale in (
        Scale("small", 60, 200, 24_000),
        Scale("medium", 1_000, 3_000, 500_000),
        Scale("large", 10_000, 20_000, 10_000_000),
    )
}

"""How long a rival for an exclusive authorisation waits for its answer, beside the second a person may wait.

Results ``two`` (a province against its city, in pairs) and ``twenty`` (some not limited by line): the slowest answer.
"""

from datetime import UTC, date, datetime

from benchmarks import harness
from benchmarks.harness import Result

PAIRS, RIVALS, A_SECOND = 50, 20, 1.0
AT = datetime(2026, 1, 1, 4, tzinfo=UTC)


def slowest(year: int, *rivals: tuple) -> float:
    """All ask in the same instant for the same year; the seconds until the last one has its answer."""
    from channelhub.lib.periods import date_range
    from partners.models import Authorisation
    from partners.services.authorisations import Limits, grant_authorisation
    from tests.factories.threads import at_once_timed

    period = date_range(date(year, 1, 1), date(year, 12, 31))
    results = at_once_timed(
        *(
            lambda partner=partner, limits=limits: grant_authorisation(
                partner=partner, limits=Limits(**limits), valid_during=period, exclusive=True, at=AT
            )
            for partner, limits in rivals
        )
    )
    winners = sum(isinstance(result, Authorisation) for result, _ in results)
    assert winners == 1, results
    return max(seconds for _, seconds in results)


def main() -> None:
    given = harness.arguments(__doc__)
    with harness.database("rivals"):
        from tests.factories.partners import make_partner, make_product_line, make_territory

        province = make_territory("CN-ZJ")
        places = (province, make_territory("HZ", parent=province))
        line = make_product_line("phones")
        lines = (None, line, make_product_line("smartphones", parent=line))
        partners = [make_partner(f"rival{number}") for number in range(RIVALS)]
        limits = [{"territory": places[n % 2], "product_line": lines[n % 3]} for n in range(RIVALS)]
        pair = [(partners[n], {"territory": places[n]}) for n in range(2)]
        two = max(slowest(2001 + number, *pair) for number in range(max(int(PAIRS * given.scale), 2)))
        twenty = max(slowest(2101 + n, *zip(partners, limits, strict=True)) for n in range(int(given.pairs)))
    harness.report("rivals", [Result.at_most("two", two, A_SECOND, 1), Result.at_most("twenty", twenty, A_SECOND, 1)])


if __name__ == "__main__":
    main()

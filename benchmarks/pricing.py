"""Price answers without and with reasons, beside hand-written SQL over the same rows that says the same.

``cart``: 50 lines; ``thousand``: 1,000 lines for each partner in turn; ``catalogue``: every product for one partner;
all without steps. ``*_explained``: with every step read. ``http``: the cart through the API, its p95 over the service's
median. Times in ms. The peers ``tryton`` and ``oscar`` are told as not measured.
"""

import json
import statistics
from collections.abc import Callable
from pathlib import Path

from benchmarks import harness
from benchmarks.harness import Result, say, timed

LIMITS = Path(__file__).parent / "limits"
CART, THOUSAND, CARTS, PARTNERS, ASKED = 50, 1_000, 60, 100, 60


def lines(count: int, products: int) -> list:
    from decimal import Decimal

    from pricing.services.price_answers import Line

    return [Line(f"S{number * 37 % products + 1}", Decimal(1 + number % 12)) for number in range(count)]


def ours(partner: object, asked: list, *, reasons: bool = False) -> list:
    from benchmarks.price_data import DAY, NOW
    from pricing.services.price_answers import answer_prices

    found = answer_prices(partner=partner, on=DAY, known_at=NOW, lines=asked, reasons=reasons)
    if reasons:
        for answer in found:
            list(answer.steps)
    return found


def limit(partner: object, asked: list, name: str) -> list[tuple]:
    from benchmarks.price_data import DAY, NOW
    from channelhub.lib import sql

    params = {
        "partner": partner.pk,
        "day": DAY,
        "at": NOW,
        "skus": [line.sku for line in asked],
        "quantities": "{" + ",".join(str(line.quantity) for line in asked) + "}",
        "most": max(line.quantity for line in asked),
    }
    return sql.fetch((LIMITS / f"{name}.sql").read_text(), params)


def same(found: list, rows: list[tuple]) -> None:
    """Refuses to measure two that do not say the same."""
    told = [
        (*answer[3:7], answer.promotion, answer.agreement, answer.valid_until)  # list, its price, unit price, amount
        for answer in found
        if not answer.refusal
    ]
    if told != [row[1:] for row in rows]:
        different = next(pair for pair in zip(told, [row[1:] for row in rows], strict=False) if pair[0] != pair[1])
        raise RuntimeError(f"{len(told)} answers, {len(rows)} by the limit; the first other one: {different}")


def pair(name: str, target: float, ask: Callable, by_hand: Callable, *, times: int) -> Result:
    """Medians of both in ms, alternated, and of the ratio within each pair."""
    ours_taken, limit_taken = [], []
    for number in range(times + 2):
        for work, taken in (
            ((ask, ours_taken), (by_hand, limit_taken))
            if number % 2
            else (
                (by_hand, limit_taken),
                (ask, ours_taken),
            )
        ):
            seconds = timed(lambda work=work, number=number: work(number))
            if number >= 2:
                taken.append(seconds * 1000)
    p95 = sorted(ours_taken)[int(len(ours_taken) * 0.95) - 1]
    say(f"{name}: median {statistics.median(ours_taken):.2f} ms, p95 {p95:.2f} ms")
    ratio = statistics.median(a / b for a, b in zip(ours_taken, limit_taken, strict=True))
    return Result.at_most(name, statistics.median(ours_taken), statistics.median(limit_taken), target, ratio)


def measured(size: dict[str, int]) -> list[Result]:
    """Ours beside the limit: carts and thousands of many partners, one catalogue; then all with reasons."""
    from partners.models import Partner

    step = max(size["partners"] // PARTNERS, 1)
    partners = list(Partner.objects.order_by("pk")[step - 1 :: step][:PARTNERS])
    cart, thousand = lines(CART, size["products"]), lines(THOUSAND, size["products"])
    catalogue = [type(line)(line.sku) for line in lines(size["products"], size["products"])]
    kinds = (
        ("cart", cart, "price_cart", CARTS, 3.0, 3.0),
        ("thousand", thousand, "price_cart", PARTNERS, 1.5, 3.0),
        ("catalogue", catalogue, "price_catalogue", 9, 1.6, 3.0),
    )
    results = []
    for reasons in (False, True):
        for name, asked, by_hand, times, plain, explained in kinds:
            partners_asked = partners[:1] if name == "catalogue" else partners

            def whose(number: int, partners_asked: list = partners_asked) -> object:
                return partners_asked[number % len(partners_asked)]

            same(ours(whose(1), asked), limit(whose(1), asked, by_hand))
            results.append(
                pair(
                    f"{name}_explained" if reasons else name,
                    explained if reasons else plain,
                    lambda number, asked=asked, reasons=reasons, whose=whose: ours(
                        whose(number), asked, reasons=reasons
                    ),
                    lambda number, asked=asked, by_hand=by_hand, whose=whose: limit(whose(number), asked, by_hand),
                    times=(times if not reasons else max(times // 4, 3)),
                )
            )
    return results


def over_http(size: dict[str, int], service: float) -> Result:
    """The cart through the web server and the API; its p95 over the service's median."""
    import http.client

    from benchmarks import pages
    from benchmarks.price_data import DAY, NOW

    sent = {
        "partner": "P1",
        "on": DAY.isoformat(),
        "known_at": NOW.isoformat(),
        "reasons": False,
        "lines": [{"product": line.sku, "quantity": str(line.quantity)} for line in lines(CART, size["products"])],
    }
    taken = []
    with pages.server() as port:
        headers = {**pages.with_token(port), "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(ASKED + 5):

            def ask() -> None:
                connection.request("POST", "/api/v1/pricing/price-answers/", json.dumps(sent), headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{answer.status}: {body[:300]!r}")

            seconds = timed(ask)
            if number >= 5:
                taken.append(seconds * 1000)
    p95 = sorted(taken)[int(len(taken) * 0.95) - 1]
    say(f"over HTTP: median {statistics.median(taken):.2f} ms, p95 {p95:.2f} ms")
    return Result.at_most("http", p95, service, 4.0)


def main() -> None:
    """Fill once, measure; the database is kept for the next run of this size."""
    given = harness.arguments(__doc__)
    with harness.database(f"pricing{int(given.scale * 1000)}", keep=True):
        from benchmarks import price_data
        from partners.models import Partner

        size = price_data.sizes(given.scale)
        if not Partner.objects.exists():
            price_data.fill(given.scale)
        results = measured(size)
        median = {result.name: result.ours for result in results}
        results.append(over_http(size, median["cart"]))
        print("tryton, oscar: not measured, this benchmark does not run them yet", flush=True)
    harness.report("pricing", results)


if __name__ == "__main__":
    main()

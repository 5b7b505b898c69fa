"""What lists say of every product alike: which of them a partner is asked, their chains, rates and rounding."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial

from channelhub.lib.money import Rounding
from channelhub.lib.periods import month_of
from pricing.enums import ListKind
from pricing.rules.price_questions import Formula, ListOffer, PromotionOffer
from pricing.selectors.price_facts import (
    AgreedFact,
    Assigned,
    ListFact,
    Pair,
    PairFacts,
    ProductFact,
    RateFacts,
    lists_with_bases,
)


@dataclass(frozen=True)
class Chain:
    """From a fixed list over formulas to the list that was assigned, on a day."""

    root: ListFact
    formulas: tuple[Formula, ...]
    currencies: tuple[str, ...]
    changes_on: date | None


@dataclass(frozen=True)
class Common:
    """What an assigned list says of every product on a day: its root, the offer without rows, its next change."""

    root_id: int
    offer: partial[ListOffer]
    changes_on: date | None

    @cached_property
    def bare(self) -> ListOffer:
        """The offer without any row."""
        return self.offer(breaks=(), changes_on=self.changes_on)


@dataclass(frozen=True)
class BoughtFor:
    """The end customer and the project that a line is bought for, by the codes that agreements name."""

    customer: str = ""
    project: str = ""


NOBODY = BoughtFor()


@dataclass(frozen=True)
class Asker:
    """Who asks: a partner on a day with a currency, for an end customer or project or for none in particular.

    The lists in their order and until when it holds, the promotions by code, the agreements.
    """

    pair: Pair
    currency: str
    promotions: Mapping[int, PromotionOffer]
    agreements: Mapping[int, AgreedFact]
    offers: Sequence[Common]
    holds_until: date | None

    def agreed(self, product: ProductFact) -> list[PromotionOffer]:
        """What agreements offer for the product; of a thousand products most share a line."""
        of_product = self._of_products.get(product.id)
        if product.line_path not in self._of_paths:
            named = [fact for fact in self.agreements.values() if fact.line_path is not None]
            self._of_paths[product.line_path] = [fact.offer for fact in named if fact.names(product)]
        of_line = self._of_paths[product.line_path]
        return of_line if of_product is None else [*of_product, *of_line]

    @cached_property
    def _of_products(self) -> dict[int, list[PromotionOffer]]:
        found: dict[int, list[PromotionOffer]] = defaultdict(list)
        for fact in self.agreements.values():
            if fact.product_id is not None:
                found[fact.product_id].append(fact.offer)
        return dict(found)

    @cached_property
    def _of_paths(self) -> dict[str, list[PromotionOffer]]:
        return {}


class Askers:
    """Everything about a question except its products, in three statements (a fourth with several currencies)."""

    def __init__(
        self, pairs: Iterable[Pair], known_at: datetime, *, currencies: Iterable[str] = (), labelled: bool = True
    ) -> None:
        self.pairs = PairFacts(list(dict.fromkeys(pairs)), known_at, labelled=labelled)
        assigned = {found.price_list_id for lists in self.pairs.lists.values() for found in lists}
        self.lists = lists_with_bases(assigned, known_at)
        wanted = {fact.currency for fact in self.lists.values()} | set(currencies)
        self.rates = RateFacts(wanted - {""}, known_at)
        self._chains: dict[tuple[int, date], Chain | None] = {}
        self._common: dict[tuple[Assigned, date, str], Common] = {}
        self._askers: dict[tuple[Pair, str, BoughtFor], Asker] = {}

    def asker(self, pair: Pair, currency: str, bought_for: BoughtFor = NOBODY) -> Asker:
        """What the partner is asked on the day; without a currency that of its first list."""
        key = (pair, currency, bought_for)
        if key not in self._askers:
            lists = self.pairs.lists.get(pair, ())
            into = currency or (self.lists[lists[0].price_list_id].currency if lists else "")
            offers = [self._offer(assigned, pair[1], into) for assigned in lists]
            agreements = {
                number: fact
                for number, fact in self.pairs.agreements.get(pair, {}).items()
                if fact.customer in ("", bought_for.customer) and fact.project in ("", bought_for.project)
            }
            promotions = self.pairs.promotions.get(pair, {})
            holds_until = self._last_day(pair, offers, into)
            self._askers[key] = Asker(pair, into, promotions, agreements, offers, holds_until)
        return self._askers[key]

    def _last_day(self, pair: Pair, offers: Sequence[Common], currency: str) -> date | None:
        """The last day before another list is assigned, or before a month that may have another rate."""
        changes = [self.pairs.next_assignment.get(pair)]
        if any(offer.bare.root_currency != currency for offer in offers):
            changes.append(month_of(month_of(pair[1]) + timedelta(days=31)))
        return min((day - timedelta(days=1) for day in changes if day is not None), default=None)

    def _offer(self, assigned: Assigned, on: date, currency: str) -> Common:
        key = (assigned, on, currency)
        if key not in self._common:
            self._common[key] = self._made(assigned, on, currency)
        return self._common[key]

    def _made(self, assigned: Assigned, on: date, currency: str) -> Common:
        fact, chain = self.lists[assigned.price_list_id], self._chain(assigned.price_list_id, on)
        root = fact if chain is None else chain.root
        same = fact.currency == currency
        offer = partial(
            ListOffer,
            code=fact.code,
            kind=assigned.kind,
            priority=assigned.priority,
            target=assigned.target,
            root_code=root.code,
            root_currency=root.currency,
            break_mode=root.break_mode,
            formulas=() if chain is None else chain.formulas,
            rate=None if chain is None else self._rate(chain, on, currency),
            rounding=Rounding(fact.rounding, fact.rounding_step if same else None),
            amount_rounding=Rounding(fact.rounding, fact.amount_step if same else None),
        )
        return Common(0 if chain is None else root.id, offer, None if chain is None else chain.changes_on)

    def _rate(self, chain: Chain, on: date, currency: str) -> Decimal | None:
        """All conversions from the root over the lists between into the asked currency, in one factor."""
        total = Decimal(1)
        for currency_from, into in zip(chain.currencies, [*chain.currencies[1:], currency], strict=True):
            rate = self.rates.rate(currency_from, into, on)
            if rate is None:
                return None
            total *= rate
        return total

    def _chain(self, list_id: int, on: date) -> Chain | None:
        if (list_id, on) not in self._chains:
            self._chains[list_id, on] = _chain_of(self.lists, list_id, on)
        return self._chains[list_id, on]


def _chain_of(lists: Mapping[int, ListFact], list_id: int, on: date) -> Chain | None:
    """The way to the list's root on a day; None: it has no formula in force, or its base was ended."""
    fact = lists[list_id]
    if fact.kind == ListKind.FIXED:
        return Chain(fact, (), (fact.currency,), None)
    begun = [formula for formula in fact.formulas if formula[0] <= on]
    later = [valid_from for valid_from, _, _ in fact.formulas if valid_from > on]
    _, base, factor = begun[-1] if begun else (None, None, None)
    if base is None or factor is None:
        return None
    below = _chain_of(lists, base, on)
    if below is None:
        return None
    changes_on = earliest(below.changes_on, min(later, default=None))
    formulas = (*below.formulas, Formula(fact.code, factor))
    return Chain(below.root, formulas, (*below.currencies, fact.currency), changes_on)


def earliest(*days: date | None) -> date | None:
    """The first of the days that are known."""
    return min((day for day in days if day is not None), default=None)

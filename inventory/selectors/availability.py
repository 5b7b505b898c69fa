"""What a partner is shown of other people's stock, and what lies at its own locations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value, Window
from django.db.models.functions import Greatest, RowNumber

from channelhub.lib import sql
from inventory.enums import Audience, Band, Shows
from inventory.models import Location, StockLevel, StockVisibility
from inventory.rules.availability import NOTHING, Piece, Told, available, band, told
from inventory.rules.visibility import Rule, deciding

PLACES_SHOWN = 5
# Every rule that fits the partner on the day, with each location it speaks of.
FITTING = """
    SELECT l.id, v.id, v.audience, v.shows, v.few_below, v.location_id IS NOT NULL,
        CASE v.audience WHEN 'subtree' THEN -above.depth WHEN 'territory' THEN place.depth ELSE 0 END
    FROM inventory_stockvisibility v
    JOIN inventory_location l ON (l.id = v.location_id OR (v.location_id IS NULL AND l.partner_id IS NULL))
        AND (l.ends_on IS NULL OR l.ends_on >= %(on)s) AND l.partner_id IS DISTINCT FROM %(partner)s
    LEFT JOIN partners_territory place ON place.id = v.territory_id
    LEFT JOIN partners_ancestry above ON above.ancestor_id = v.partner_id AND above.partner_id = %(partner)s
        AND above.valid_during @> %(on)s::date
    WHERE v.audience = 'everyone' OR above.id IS NOT NULL
        OR v.audience = 'type' AND EXISTS (
            SELECT 1 FROM partners_partnertypeassignment t WHERE t.partner_id = %(partner)s
            AND t.type_id = v.partner_type_id AND t.valid_during @> %(on)s::date)
        OR v.audience = 'territory' AND EXISTS (
            SELECT 1 FROM partners_hometerritory h JOIN partners_territory home ON home.id = h.territory_id
            WHERE h.partner_id = %(partner)s AND h.valid_during @> %(on)s::date
            AND starts_with(home.path, place.path))
"""


@dataclass(frozen=True)
class Place:
    """What one location is told to have. ``quantity`` None: only the band. ``counted_at``: as of when; None: never."""

    code: str
    name: str
    name_en: str
    quantity: Decimal | None
    band: Band
    counted_at: datetime | None


@dataclass(frozen=True)
class OwnStock:
    """A product at one's own locations and those under one: on hand, available to promise, the fullest of them."""

    on_hand: Decimal = NOTHING
    free: Decimal = NOTHING
    places: int = 0
    levels: Sequence[StockLevel] = ()

    @property
    def others(self) -> int:
        """How many locations more there are than those shown."""
        return self.places - len(self.levels)


@dataclass(frozen=True)
class Availability:
    """A product for a partner: ``own``, available at its own locations, and what it is told of others.

    ``told`` None: nobody shows the partner anything. ``places``: those that have some, the fullest first,
    then those that tell only a band.
    """

    product_id: int
    own: Decimal
    told: Told | None
    places: tuple[Place, ...]


def fitting_rules(partner_id: int, on: date) -> dict[int, list[Rule]]:
    """Every rule that fits the partner on a day, by the location of others that it speaks of."""
    fitting: dict[int, list[Rule]] = defaultdict(list)
    rows = sql.fetch(FITTING, {"partner": partner_id, "on": on})
    for location, rule, audience, shows, few_below, names_location, near in rows:
        fitting[location].append(Rule(Audience(audience), Shows(shows), few_below, names_location, near, rule))
    return fitting


def shown_locations(partner_id: int, on: date) -> dict[int, Rule]:
    """The locations of others whose stock the partner is shown on a day, each with the rule that decides."""
    decided = {location: deciding(rules) for location, rules in fitting_rules(partner_id, on).items()}
    return {location: rule for location, rule in decided.items() if rule is not None and rule.shows != Shows.HIDDEN}


@dataclass(frozen=True)
class Decision:
    """Which rule decides what a partner is shown of a location, and which ones fit but do not decide."""

    location: Location
    decides: StockVisibility
    passed_over: tuple[StockVisibility, ...]


def decisions(partner_id: int, on: date) -> list[Decision]:
    """Why a partner sees what it sees: of every location that a rule speaks of, by code."""
    fitting = fitting_rules(partner_id, on)
    related = StockVisibility.objects.select_related("location", "territory", "partner_type", "partner")
    rules = related.in_bulk({rule.rule_id for found in fitting.values() for rule in found})
    explained = []
    for location in Location.objects.filter(pk__in=list(fitting)).select_related("partner").order_by("code"):
        found = fitting[location.pk]
        chosen = deciding(found)
        others = tuple(rules[rule.rule_id] for rule in found if rule != chosen)
        if chosen is not None:
            explained.append(Decision(location, rules[chosen.rule_id], others))
    return explained


def available_to(partner_id: int, product_ids: Iterable[int], on: date) -> dict[int, Availability]:
    """What a partner may be told of these products, by product id; three queries, however many products.

    Reads stock of everybody: from a fenced page call ``services.answers.available_to``.
    """
    wanted = sorted(set(product_ids))
    rules = shown_locations(partner_id, on)
    locations = Location.objects.in_bulk(rules)
    own: dict[int, Decimal] = defaultdict(Decimal)
    shown: dict[int, dict[int, StockLevel]] = defaultdict(dict)
    for level in levels_for(partner_id, rules).filter(product_id__in=wanted):
        if level.location_id in rules:
            shown[level.product_id][level.location_id] = level
        else:
            own[level.product_id] += available(on_hand=level.on_hand, reserved=level.reserved)
    return {product: _answer(product, own[product], shown[product], rules, locations) for product in wanted}


def levels_for(partner_id: int, rules: Mapping[int, Rule]) -> QuerySet[StockLevel]:
    """The levels at the partner's own locations and at those it is shown."""
    return StockLevel.objects.filter(Q(location_id__in=list(rules)) | Q(partner_id=partner_id))


def _answer(
    product_id: int,
    own: Decimal,
    levels: Mapping[int, StockLevel],
    rules: Mapping[int, Rule],
    locations: Mapping[int, Location],
) -> Availability:
    pieces = [_piece(location, levels.get(location), rule) for location, rule in rules.items()]
    full = sorted((piece for piece in pieces if piece.quantity > 0), key=_order)
    places = tuple(_place(piece, locations[piece.location_id], levels.get(piece.location_id)) for piece in full)
    return Availability(product_id, own, told(pieces), places)


def _order(piece: Piece) -> tuple[Any, ...]:
    """The fullest first; of those that tell only a band, after them, by the band: their order tells no more."""
    if piece.shows == Shows.EXACT:
        return (0, -piece.quantity, piece.location_id)
    return (1, band(piece.quantity, few_below=piece.few_below) == Band.FEW, piece.location_id)


def _piece(location_id: int, level: StockLevel | None, rule: Rule) -> Piece:
    """A location that never reported the product has none of it."""
    free = NOTHING if level is None else available(on_hand=level.on_hand, reserved=level.reserved)
    return Piece(location_id, free, rule.shows, rule.few_below)


def _place(piece: Piece, location: Location, level: StockLevel | None) -> Place:
    exact = piece.shows == Shows.EXACT
    return Place(
        location.code,
        location.name,
        location.name_en,
        piece.quantity if exact else None,
        band(piece.quantity, few_below=NOTHING if exact else piece.few_below),
        level.counted_at if level else None,
    )


def own_stock(partner_ids: Sequence[int], product_ids: Iterable[int]) -> dict[int, OwnStock]:
    """What lies at these partners' locations, by product: two queries, however many locations there are."""
    rows = StockLevel.objects.filter(partner_id__in=partner_ids, product_id__in=list(product_ids)).order_by()
    free = Sum(Greatest(F("on_hand") - F("reserved"), Value(NOTHING)))
    sums = rows.values("product_id").annotate(on_hand_sum=Sum("on_hand"), free_sum=free, count=Count("pk"))
    place = Window(RowNumber(), partition_by=F("product_id"), order_by=(F("on_hand").desc(), F("location__code")))
    fullest: dict[int, list[StockLevel]] = defaultdict(list)
    shown = rows.annotate(place=place).filter(place__lte=PLACES_SHOWN).select_related("location")
    for level in shown.order_by("location__code"):
        fullest[level.product_id].append(level)
    return {
        row["product_id"]: OwnStock(row["on_hand_sum"], row["free_sum"], row["count"], fullest[row["product_id"]])
        for row in sums
    }

from decimal import Decimal
from itertools import permutations

from inventory.enums import Audience, Shows
from inventory.rules.visibility import Rule, deciding


def rule(audience=Audience.EVERYONE, shows=Shows.EXACT, *, names_location=False, near=0):
    return Rule(audience, shows, Decimal(10), names_location, near)


# The later one decides over the one before it.
LADDER = [
    rule(),
    rule(shows=Shows.BAND),
    rule(shows=Shows.HIDDEN),
    rule(names_location=True),
    rule(Audience.TERRITORY, near=1),
    rule(Audience.TERRITORY, near=2),
    rule(Audience.TYPE, Shows.HIDDEN),
    rule(Audience.TYPE, names_location=True),
    rule(Audience.SUBTREE, near=-2),
    rule(Audience.SUBTREE, Shows.HIDDEN, near=0),
]


def test_without_a_rule_nothing_is_shown():
    assert deciding([]) is None


def test_the_more_particular_rule_decides_in_whatever_order_they_come():
    decided = {
        (low, high): {deciding(pair) for pair in permutations([LADDER[low], LADDER[high]])}
        for low in range(len(LADDER))
        for high in range(low + 1, len(LADDER))
    }

    assert decided == {(low, high): {LADDER[high]} for low, high in decided}

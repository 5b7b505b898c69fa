from functools import cache

import pycountry

from channelhub.lib.money import NO_MINOR_UNITS


@cache
def known_currencies() -> frozenset[str]:
    """The currencies of ISO 4217 that amounts may be in: not metals, test and fund codes."""
    return frozenset(currency.alpha_3 for currency in pycountry.currencies) - NO_MINOR_UNITS

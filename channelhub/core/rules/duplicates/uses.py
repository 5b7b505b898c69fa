"""The scales that the release delivers: how much each evidence counts for companies and for places."""

from dataclasses import replace

from channelhub.core.rules.duplicates.scoring import Evidence, Scale

COMPANIES = Scale(
    points={
        Evidence.NUMBER_SAME: 100,
        Evidence.NUMBER_OTHER: -60,
        Evidence.NAME_NUMBERS_OTHER: -25,
        Evidence.NAME_WITHIN: -5,
        Evidence.DOMAIN_SAME: 25,
        Evidence.PHONE_SAME: 25,
        Evidence.PHONE_OTHER: -3,
        Evidence.ACCOUNT_SAME: 40,
        Evidence.ADDRESS_SAME: 20,
        Evidence.ADDRESS_NEAR: 5,
        Evidence.ADDRESS_OTHER: -8,
        Evidence.COUNTRY_OTHER: -20,
    },
    names=((0.4, -30), (0.6, 0), (0.72, 45), (0.85, 58), (0.92, 72), (1.0, 85)),
    suspected_from=50,
    same_from=80,
)
PLACES = Scale(
    points={
        Evidence.NUMBER_SAME: 40,
        Evidence.NUMBER_OTHER: -10,
        Evidence.NAME_NUMBERS_OTHER: -10,
        Evidence.DOMAIN_SAME: 10,
        Evidence.PHONE_SAME: 25,
        Evidence.PHONE_OTHER: -5,
        Evidence.ACCOUNT_SAME: 10,
        Evidence.ADDRESS_SAME: 45,
        Evidence.ADDRESS_NEAR: 15,
        Evidence.ADDRESS_OTHER: -30,
        Evidence.COUNTRY_OTHER: -100,
    },
    names=((0.2, -10), (0.5, 10), (0.8, 25), (1.0, 40)),
    suspected_from=50,
    same_from=75,
)
NAMES_ALONE = replace(COMPANIES, suspected_from=45)
"""For lists that carry names and nothing else: no address or telephone will speak for or against."""

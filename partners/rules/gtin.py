"""Global trade item numbers: checked by their check digit, kept in one form, so that one number names one product."""

from stdnum import ean
from stdnum.exceptions import ValidationError


class NotAGtin(ValueError):
    """The text is no GTIN: wrong length, letters, or a wrong check digit."""


def gtin(text: str) -> str:
    """The number as it is kept: 8, 13 or 14 digits; 12 digits, or 14 with a leading 0, are kept as 13."""
    try:
        digits = ean.validate(text)
    except ValidationError as error:
        raise NotAGtin(text) from error
    if len(digits) == 12 or (len(digits) == 14 and digits[0] == "0"):
        return digits[-13:].zfill(13)
    return digits

from django.db import models
from django.utils.translation import gettext_lazy as _


class RowRule(models.TextChoices):
    """Why a row was refused: the rules that every import and bulk request has. Apps add rules of their own."""

    REQUIRED = "required", _("A value is required.")
    TOO_LONG = "too_long", _("The text is too long.")
    UNKNOWN_CODE = "unknown_code", _("No record has this code.")
    NOT_A_CHOICE = "not_a_choice", _("Not one of the allowed values.")
    NOT_A_DATE = "not_a_date", _("Not a day written as YYYY-MM-DD.")
    NOT_A_NUMBER = "not_a_number", _("Not a number.")
    TOO_MANY_DECIMALS = "too_many_decimals", _("Too many digits after the point.")
    TOO_LARGE = "too_large", _("The number is too large.")
    TWICE_IN_FILE = "twice_in_file", _("An earlier row has the same key.")
    TAKEN_BY_ANOTHER = "taken_by_another", _("Another record has this value.")
    WRONG_COLUMNS = "wrong_columns", _("The row has more or fewer columns than the header.")
    NOT_READABLE = "not_readable", _("The row has characters that cannot be read.")
    NOT_CONVERTED = "not_converted", _("The profile cannot convert this value.")
    NOT_FOUND_IN_FILE = "not_found_in_file", _("The second file has no row for this value.")
    BAD_GTIN = "bad_gtin", _("Not a GTIN: wrong length or check digit.")
    CIRCLE = "circle", _("The parent stands under the record itself.")

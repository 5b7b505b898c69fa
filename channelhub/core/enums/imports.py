from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    BAD_GTIN = "bad_gtin", _("Not a GTIN: wrong length or check digit.")
    PARENT_NOT_TAKEN = "parent_not_taken", _("The parent's own row is refused, or stands under this one.")


class ImportStatus(models.TextChoices):
    """Where an import job stands. Ordered: checked or taken by a worker as soon as one is free."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    TAKING = "taking", _("Being taken")
    TAKEN = "taken", _("Taken")
    PARTLY = "partly", _("Partly taken")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class RowStatus(models.TextChoices):
    """What became of a rejected row."""

    OPEN = "open", pgettext_lazy("state", "Open")
    FIXED = "fixed", _("Fixed and taken")
    IGNORED = "ignored", _("Ignored")


class Conversion(models.TextChoices):
    """How a profile turns a column's text into what the field expects."""

    NONE = "none", _("As it is")
    UPPER = "upper", _("Capital letters")
    DECIMAL_COMMA = "decimal_comma", _("Number like 1.234,56")
    DECIMAL_POINT = "decimal_point", _("Number like 1,234.56")
    DAY_MONTH_YEAR = "day_month_year", _("Day like 31.12.2026 or 31/12/2026")
    MONTH_DAY_YEAR = "month_day_year", _("Day like 12/31/2026")
    YEAR_MONTH_DAY = "year_month_day", _("Day like 2026/12/31, 20261231 or with a time")


class Sign(models.TextChoices):
    """What a profile does to a number's sign."""

    KEEP = "keep", _("As it is")
    TURN = "turn", _("Turned")
    POSITIVE = "positive", _("Always positive")
    NEGATIVE = "negative", _("Always negative")

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.messages import declare


class SalesKind(models.IntegerChoices):
    """Between whom a sale was; whose figure it is: the buyer's for sell-in, else the seller's."""

    SELL_IN = 1, _("Sell-in")
    SELL_THROUGH = 2, _("Sell-through")
    SELL_OUT = 3, _("Sell-out")


class ProgrammeStatus(models.TextChoices):
    """A draft is simulated but not accrued; an ended programme still corrects the periods it ruled."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")


class RebateMethod(models.TextChoices):
    """Retrospective: the band reached rules everything. Incremental: each slice earns its own band's rate."""

    RETROSPECTIVE = "retrospective", _("Retrospective")
    INCREMENTAL = "incremental", _("Incremental")


class Qualifier(models.TextChoices):
    """Which figure chooses the band."""

    AMOUNT = "amount", _("Amount")
    QUANTITY = "quantity", _("Quantity")


class Pays(models.TextChoices):
    """What a band's rate is applied to."""

    PERCENT = "percent", _("Percent of the amount")
    PER_UNIT = "per_unit", _("Money per unit")


class PeriodKind(models.TextChoices):
    """How long an earned period is."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class ProgrammeScope(models.TextChoices):
    """Whose lines count for an earner: its own, or those of all under it on the line's day as well."""

    OWN = "own", _("Own")
    SUBTREE = "subtree", _("Subtree")


class RoundingMode(models.TextChoices):
    """The rounding policies of ``lib.money``."""

    HALF_UP = "half_up", _("Half up")
    HALF_EVEN = "half_even", _("Half even")
    DOWN = "down", _("Down")
    UP = "up", _("Up")


class Cause(models.IntegerChoices):
    """Why an account's amount changed, in the order of the split (``rules.settling.CAUSES``)."""

    VERSION = 1, _("New terms")
    RATES = 2, _("Exchange rates")
    MOVES = 3, _("Moves in the channel")
    SALES = 4, _("Sales")
    LATE = 5, _("Late lines")
    RETURNS = 6, _("Returns")
    MANUAL = 7, _("Manual amounts")


SALES_KINDS = {kind.name.lower(): kind for kind in SalesKind}  # how files and the API spell them


class SalesRule(models.TextChoices):
    """Why a sales row was refused, beside the rules that every import has."""

    IN_THE_FUTURE = "in_the_future", _("The day lies after today.")
    CHANGED_CONTENT = "changed_content", _("This external id was already recorded with other content.")
    UNKNOWN_CURRENCY = "unknown_currency", _("Not a currency of ISO 4217.")
    UNKNOWN_UNIT = "unknown_unit", _("The product has no such unit.")
    UNKNOWN_LINE = "unknown_line", _("The line it returns or reverses is not in the ledger.")
    NOT_A_SALE = "not_a_sale", _("Only a sale can be returned, and a reversal cannot be reversed.")
    NOT_LIKE_ITS_LINE = "not_like_its_line", _("Differs from the line it returns or reverses.")
    NOT_NEGATIVE = "not_negative", _("A return has a negative quantity and no positive amount.")
    RETURNED_MORE_THAN_SOLD = "returned_more_than_sold", _("More is returned than was sold.")
    ALREADY_REVERSED = "already_reversed", _("The line is already reversed.")
    HAS_LIVE_RETURNS = "has_live_returns", _("The line has returns; reverse them first.")
    ONE_REFERENCE_ONLY = "one_reference_only", _("A line returns or reverses one line, named once.")
    ONLY_FOR_SELL_THROUGH = "only_for_sell_through", _("Only a sale from partner to partner has another partner.")
    ONLY_THE_MAKER = "only_the_maker", _("Only the maker reports its own sales to a partner.")


class ListKind(models.TextChoices):
    """Where a list's prices come from: rows of its own, or another list's prices times a factor."""

    FIXED = "fixed", _("Fixed prices")
    FORMULA = "formula", _("Base list x factor")


class BreakMode(models.TextChoices):
    """What reaching a quantity break does to the other pieces of the line."""

    ALL_UNITS = "all_units", _("All pieces at the break that is reached")
    MARGINAL = "marginal", _("Each piece at the price of its own band")
    BAND_TOTAL = "band_total", _("One total for the band that is reached")


class TargetKind(models.TextChoices):
    """To whom a list or promotion is assigned; of several, the order of this list decides which is asked first."""

    PARTNER = "partner", _("One partner")
    SUBTREE = "subtree", _("A partner and all under it")
    TIER = "tier", _("Tier")
    TYPE = "type", _("Partner type")
    TERRITORY = "territory", _("Territory")
    EVERYBODY = "everybody", _("Everybody")


class RevisionStatus(models.TextChoices):
    """Where a price revision stands; a published one is in effect from its day on, by itself."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In approval")
    APPROVED = "approved", _("Approved")
    ANNOUNCED = "announced", _("Announced")
    PUBLISHED = "published", _("Published")
    REVERTED = "reverted", _("Reverted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentState(models.TextChoices):
    """What a partner says to new prices, where its contract asks for consent."""

    NOT_NEEDED = "not_needed", _("Not needed")
    PENDING = "pending", _("Waits")
    GIVEN = "given", _("Given")
    DECLINED = "declined", _("Declined")
    SETTLED = "settled", _("Settled otherwise")


class PromotionEffect(models.TextChoices):
    """What a promotion does to the unit price."""

    PERCENT_OFF = "percent_off", _("Percent off the price")
    POINTS_OFF_LIST = "points_off_list", _("Percent of the list price off")
    UNIT_PRICE = "unit_price", _("Fixed unit price")


class AgreementEffect(models.TextChoices):
    """What an agreement does to the unit price; the first two as promotions do."""

    NET_PRICE = "unit_price", _("Net price")
    DISCOUNT = "percent_off", _("Discount off the price")
    AMOUNT_OFF = "amount_off", _("Amount off the price")
    FORMULA = "list_factor", _("List price x factor")


IN_MONEY = frozenset({PromotionEffect.UNIT_PRICE.value, AgreementEffect.AMOUNT_OFF.value})  # they have a currency


class UsageMeasure(models.TextChoices):
    """What a usage limit counts."""

    QUANTITY = "quantity", _("Pieces")
    AMOUNT = "amount", _("Money")
    USES = "uses", _("Uses")


class UsageVerb(models.TextChoices):
    """What a reference does with a limit, each once."""

    RESERVED = "reserved", _("Reserved")
    CONSUMED = "consumed", _("Consumed")
    RELEASED = "released", _("Given back")


class PriceRefusal(models.TextChoices):
    """Why a line has no price."""

    UNKNOWN_PRODUCT = "unknown_product", _("There is no such product.")
    NOT_AUTHORISED = "not_authorised", _("The product line is not authorised for this partner on that day.")
    NO_PRICE = "no_price", _("No price list of this partner has a price for it.")
    EXPIRED = "expired", _("Its price has ended.")
    NO_RATE = "no_rate", _("There is no exchange rate for that day.")
    BAD_QUANTITY = "bad_quantity", _("The quantity must be greater than zero.")


class PriceStepKind(models.TextChoices):
    """What a step of a price answer is about."""

    LIST = "list", _("Price list")
    CONVERSION = "conversion", _("Converted")
    FORMULA = "formula", _("Formula")
    AGREEMENT = "agreement", _("Agreement")
    PROMOTION = "promotion", _("Promotion")
    ROUNDING = "rounding", _("Rounded")
    LINE_DISCOUNT = "line_discount", _("Discount on the line")


class PriceRule(models.TextChoices):
    """Why a row with prices, lists, assignments or promotions was refused, beside the rules every import has."""

    UNKNOWN_CURRENCY = "unknown_currency", _("Not a currency of ISO 4217.")
    NOT_A_FIXED_LIST = "not_a_fixed_list", _("Only a list of fixed prices has rows of its own.")
    NOT_A_FORMULA = "not_a_formula", _("Only a formula list has a base list.")
    NOT_POSITIVE = "not_positive", _("Must be greater than zero.")
    NOT_NEGATIVE = "negative", _("Must not be negative.")
    NEVER_CHANGES = "never_changes", _("Kind, breaks, currency and rounding of a list never change.")
    CIRCLE = "circular_formula", _("The list would be computed from itself.")
    TIE = "tie", _("Two types with one priority: which list applies would be undecided.")
    ONE_TARGET = "one_target", _("The kind of target and what is named do not fit.")
    ENDS_BEFORE_IT_STARTS = "ends_before_it_starts", _("The last day lies before the first.")
    NOT_OF_THE_CURRENCY = "not_of_the_currency", _("More digits than the list's currency has.")
    NOT_A_DRAFT = "not_a_draft", _("The revision is no draft any more.")
    OTHER_DAY = "other_day", _("The revision begins on another day: its validities would overlap.")
    OVERLAPS = "overlaps", _("Begins before an earlier row of the file has ended.")
    ONE_OF_TWO = "one_of_two", _("Name a product or a product line, not both.")


class StepReason(models.TextChoices):
    """Why a rule of a price answer was considered and did not fire."""

    NOT_ON_LIST = "not_on_list", _("does not have the product")
    ENDED = "ended", _("its price has ended")
    BELOW_SMALLEST_BREAK = "below_smallest_break", _("only from a larger quantity")
    LATER_IN_ORDER = "later_in_order", _("comes later in the order")
    NO_RATE = "no_rate", _("no exchange rate")
    QUANTITY_TOO_SMALL = "quantity_too_small", _("only from a larger quantity")
    QUANTITY_TOO_LARGE = "quantity_too_large", _("only up to a smaller quantity")
    OTHER_CURRENCY = "other_currency", _("fixed price in another currency")
    USED_UP = "used_up", _("is used up, or there is less left")
    ANOTHER_IS_BETTER = "another_is_better", _("another one is better, they never add up")


PRICES_ANNOUNCED = declare("pricing.prices_announced", _("New prices from {day}: {title}."), day=date, title=str)
CONSENT_WANTED = declare(
    "pricing.consent_wanted", _("Agree to the new prices from {day}: {title}"), day=date, title=str
)
PRICES_DECLINED = declare(
    "pricing.prices_declined",
    _("{partner} does not agree to {title}: {reason}"),
    partner=dict,
    title=str,
    reason=str,
)

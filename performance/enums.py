from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channelhub.core.enums.messages import declare

FIGURES_FINAL = declare(
    "performance.figures_final",
    _("The figures of {month} are final; what changes later is booked as a correction."),
    month=str,
)
REPORT_MISSING = declare(
    "performance.report_missing",
    _("{partner} has reported no sell-out since {day}: ask for its report."),
    partner=str,
    day=str,
)


class KpiCode(models.TextChoices):
    """What is measured; ``rules.kpis`` says how each is read."""

    SALES = "sales", _("Sales")
    SELL_OUT = "sell_out", _("Sell-out")
    GROWTH = "growth", _("Growth on last year")
    ATTAINMENT = "attainment", _("Target attainment, sales")
    SELL_OUT_ATTAINMENT = "sell_out_attainment", _("Target attainment, sell-out")
    PUNCTUALITY = "punctuality", _("Report punctuality")
    CONFLICTS = "conflicts", _("Conflict findings")


class Lack(models.TextChoices):
    """Why there is no figure: no data is shown as a dash with its reason, never as nought."""

    NOTHING_SOLD_YET = "nothing_sold_yet", _("nothing sold yet")
    NOT_REPORTED = "not_reported", _("no sell-out was reported")
    NO_BASE = "no_base", _("nothing sold a year before")
    MONTH_RUNNING = "month_running", _("the month still runs")
    NO_TARGET = "no_target", _("no target is set")
    NO_DUTY = "no_duty", _("no report is due")
    NOT_DUE_YET = "not_due_yet", _("the report is not due yet")
    OTHER_CURRENCY = "other_currency", _("only in another currency")
    NOT_MEASURED = "not_measured", _("not measured yet")
    TOO_LITTLE_DATA = "too_little_data", _("too few of its KPIs have data")


class TargetPeriod(models.TextChoices):
    """How long a target runs; in a month the shortest kind that speaks of it rules."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")
    OTHER = "other", _("Other days")


class CurveShape(models.TextChoices):
    """Between two points of a scoring curve: a straight line, or the lower point's score until the next one."""

    LINEAR = "linear", _("Straight lines")
    STEPS = "steps", _("Steps")


class FindingKind(models.TextChoices):
    """What went wrong."""

    OUTSIDE_TERRITORY = "outside_territory", _("Outside the territory")
    BELOW_MAP = "below_map", _("Below the minimum price")


class FindingState(models.TextChoices):
    """Open until a person decides; withdrawn when none of its lines is wrong any more (a changed authorisation)."""

    OPEN = "open", pgettext_lazy("state", "Open")
    CONFIRMED = "confirmed", _("Confirmed")
    DISMISSED = "dismissed", _("Dismissed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TargetRule(models.TextChoices):
    """Why a row of targets or report days was refused, beside the rules that every import has."""

    ONE_SUBJECT = "one_subject", _("A target is for a partner or for a territory: fill exactly one.")
    NOT_POSITIVE = "not_positive", _("The number must be greater than zero.")
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins", _("The last day lies before the first one.")


class TierWindow(models.TextChoices):
    """Over what time a tier's criterion reads its metric; ``rules.tiers`` says which months that are."""

    TRAILING = "trailing", _("Last months")
    QUARTER = "quarter", _("Last quarter")
    YEAR = "year", _("Year to date")
    NOW = "now", _("Now")


class Comparison(models.TextChoices):
    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")


class ProposalKind(models.TextChoices):
    PROMOTION = "promotion", _("Promotion")
    DEMOTION = "demotion", _("Demotion")
    EXIT = "exit", _("Exit from the tiers")


class ProposalState(models.TextChoices):
    """Open until a person decides; withdrawn by a later night when its reasons are gone, expired if nobody decides."""

    OPEN = "open", pgettext_lazy("state", "Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


TIER_AT_RISK = declare(
    "performance.tier_at_risk",
    _("Your tier is at risk: reach what it asks by {day}, and nothing changes."),
    day=date,
)
TIER_KEPT = declare("performance.tier_kept", _("You meet what your tier asks again: it stays as it is."))
TIER_DECISIONS_WAIT = declare(
    "performance.tier_decisions_wait",
    _("Tier proposals that wait for a decision: {count}."),
    count=int,
)

"""What ``pricing`` refuses. The codes are part of the public API (docs/api)."""

from django.utils.translation import gettext as _

from channelhub.lib.errors import DomainError


class MonthIsClosed(DomainError):
    """An accounting month was closed already, and with it all before it."""

    code = "month_closed"

    def __init__(self, month):
        super().__init__(_("The accounting month %(month)s is closed.") % {"month": f"{month:%Y-%m}"})


class MonthNotOver(DomainError):
    """An accounting month is closed after its last day."""

    code = "month_not_over"

    def __init__(self, month):
        super().__init__(_("The accounting month %(month)s is not over yet.") % {"month": f"{month:%Y-%m}"})


class PeriodStartsElsewhere(DomainError):
    """A day is not the first one of any earned period of the programme."""

    code = "period_starts_elsewhere"
    http_status = 422

    def __init__(self, day):
        super().__init__(_("No period of the programme starts on %(day)s.") % {"day": day.isoformat()})


class TermsMeanNothing(DomainError):
    """Terms without bands, with bands out of order, in another currency, or a cap below the floor."""

    code = "terms_mean_nothing"
    http_status = 422

    def __init__(self, programme):
        super().__init__(_("These terms cannot be computed for programme %(code)s.") % {"code": programme.code})


class NoTermsYet(DomainError):
    """A programme without any version cannot accrue or end."""

    code = "no_terms_yet"

    def __init__(self, programme):
        super().__init__(_("The programme %(code)s has no terms yet.") % {"code": programme.code})


class NotADraft(DomainError):
    """Only a draft is sent for approval."""

    code = "not_a_draft"

    def __init__(self, programme):
        text = _("The programme %(code)s is no draft: it was activated or has ended.")
        super().__init__(text % {"code": programme.code})


class InApproval(DomainError):
    """While a programme is being decided on, its terms and members stay as they are."""

    code = "in_approval"

    def __init__(self, programme):
        text = _("The programme %(code)s is being decided on: its terms and members stay as they are until then.")
        super().__init__(text % {"code": programme.code})


class NotAMember(DomainError):
    """A partner does not take part in the programme."""

    code = "not_a_member"

    def __init__(self, programme, partner):
        text = _("%(partner)s does not take part in programme %(code)s.")
        super().__init__(text % {"partner": partner.name, "code": programme.code})


class UnknownCurrency(DomainError):
    """A price was asked in what is no currency of ISO 4217."""

    code = "unknown_currency"
    http_status = 422

    def __init__(self, currency):
        super().__init__(_("%(currency)s is not a currency of ISO 4217.") % {"currency": currency})


class CircularFormula(DomainError):
    """A price list would be computed from itself."""

    code = "circular_formula"

    def __init__(self, price_list):
        super().__init__(_("The price list %(code)s would be computed from itself.") % {"code": price_list.code})


class TiedAssignments(DomainError):
    """Two types with one priority: which list applies to a partner of both would be undecided."""

    code = "tie"

    def __init__(self, priority):
        text = _("Priority %(priority)s already belongs to another type; choose a free one.")
        super().__init__(text % {"priority": priority})


class NotAFixedList(DomainError):
    """A formula list has no prices of its own, and a fixed list no formula."""

    code = "not_a_fixed_list"

    def __init__(self, price_list):
        super().__init__(_("%(code)s is of the other kind of price list.") % {"code": price_list.code})


class BreaksOfAFormula(DomainError):
    """A formula list was to have quantity breaks of its own; it has those of its root."""

    code = "breaks_of_a_formula"
    http_status = 422

    def __init__(self, code):
        text = _("%(code)s is computed from another list and has that one's quantity breaks.")
        super().__init__(text % {"code": code})


class TargetDoesNotFit(DomainError):
    """The kind of target and the record that is named do not fit."""

    code = "one_target"
    http_status = 422

    def __init__(self):
        super().__init__(_("Name exactly what the kind of target asks for."))


class NoLimit(DomainError):
    """A promotion or agreement has no limit that could be used up."""

    code = "no_limit"

    def __init__(self, code):
        super().__init__(_("%(code)s has no usage limit.") % {"code": code})


class LimitReached(DomainError):
    """Less is left of a promotion's budget or an agreement's volume than was asked for."""

    code = "limit_reached"

    def __init__(self, code, left):
        super().__init__(_("Of %(code)s only %(left)s is left.") % {"code": code, "left": f"{left.normalize():f}"})


class UsedOtherwise(DomainError):
    """A reference was used with another quantity, was given back already, or never used."""

    code = "used_otherwise"

    def __init__(self, reference):
        text = _("%(reference)s was used otherwise, was given back, or holds nothing.")
        super().__init__(text % {"reference": reference})


class OnlyTheMaker(DomainError):
    """Prices, assignments and promotions are written by the maker's own feeds, never by a partner's."""

    code = "only_the_maker"
    http_status = 403

    def __init__(self):
        super().__init__(_("Only the maker writes prices and promotions."))

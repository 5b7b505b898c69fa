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


class RevisionInTheWay(DomainError):
    """A list is revised once a day: another open or published revision has that day."""

    code = "revision_overlaps"

    def __init__(self, price_list, day):
        text = _("%(code)s already has a revision for %(day)s: their validities would overlap.")
        super().__init__(text % {"code": price_list.code, "day": day.isoformat()})


class DayNotAhead(DomainError):
    """New prices begin at the midnight of a day that is still to come."""

    code = "day_not_ahead"
    http_status = 422

    def __init__(self, day):
        super().__init__(_("%(day)s has begun: choose a later day.") % {"day": day.isoformat()})


class RevisionElsewhere(DomainError):
    """What was asked for does not fit where the revision stands."""

    code = "revision_state"

    def __init__(self, revision):
        text = _("The revision %(code)s stands elsewhere: %(state)s.")
        super().__init__(text % {"code": revision.code, "state": revision.get_status_display()})


class NothingRevised(DomainError):
    """A revision without any changed price."""

    code = "nothing_revised"

    def __init__(self, revision):
        super().__init__(_("No price of %(code)s changes.") % {"code": revision.code})


class NegativePrices(DomainError):
    """A change would make prices negative; nothing was changed."""

    code = "negative_prices"
    http_status = 422

    def __init__(self, count, skus):
        text = _("%(count)s prices would be negative, of %(skus)s.")
        super().__init__(text % {"count": count, "skus": ", ".join(skus)})


class MoreDigitsThanCurrency(DomainError):
    """A price has more digits than the list's currency or rounding step."""

    code = "not_of_the_currency"
    http_status = 422

    def __init__(self, currency):
        super().__init__(_("The price has more digits than %(currency)s on this list.") % {"currency": currency})


class RevisionStale(DomainError):
    """The list was changed after the revision was drafted: what was compared is not what is."""

    code = "revision_stale"

    def __init__(self, count, skus):
        text = _("%(count)s prices of the list have changed since the draft, of %(skus)s.")
        super().__init__(text % {"count": count, "skus": ", ".join(skus)})


class NoticeTooShort(DomainError):
    """The contracts of some partners ask for more days of notice than are left."""

    code = "notice_too_short"

    def __init__(self, names, earliest):
        text = _("Too early for %(names)s; %(day)s is the first day that keeps every contract's notice.")
        super().__init__(text % {"names": ", ".join(names), "day": earliest.isoformat()})


class ConsentMissing(DomainError):
    """Partners whose contract asks for consent have not given it."""

    code = "consent_missing"

    def __init__(self, names):
        super().__init__(_("The consent of %(names)s is missing.") % {"names": ", ".join(names)})


class NotTold(DomainError):
    """Partners came to the list after the announcement."""

    code = "partners_not_told"

    def __init__(self, names):
        text = _("%(names)s came to the list after the announcement: announce it again.")
        super().__init__(text % {"names": ", ".join(names)})


class NotEntitledToConsent(DomainError):
    """A person who may not agree to prices for the partner."""

    code = "not_entitled"
    http_status = 403

    def __init__(self):
        super().__init__(_("Your role may not agree to prices for this partner."))


class ConsentDecided(DomainError):
    """Nothing waits for an answer: it was given, is not asked for, or the revision has moved on."""

    code = "consent_decided"

    def __init__(self):
        super().__init__(_("These prices do not wait for an answer: somebody was faster, or they were taken back."))

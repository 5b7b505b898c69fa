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


class NotAMember(DomainError):
    """A partner does not take part in the programme."""

    code = "not_a_member"

    def __init__(self, programme, partner):
        text = _("%(partner)s does not take part in programme %(code)s.")
        super().__init__(text % {"partner": partner.name, "code": programme.code})

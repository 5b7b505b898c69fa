"""What ``partners`` refuses. The codes are part of the public API (docs/api)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.lib.errors import DomainError


class Circle(DomainError):
    """A move would put a partner under itself on some day; ``day`` is the first such day."""

    code = "circle"

    def __init__(self, message: str, *, partner_id: int, day: date | None) -> None:
        super().__init__(message)
        self.partner_id, self.day = partner_id, day

    @classmethod
    def of(cls, partner_id: int, day: date | None) -> "Circle":
        """Name the first day; None: since ever."""
        if day is None:
            text = _("The partner would stand under itself.")
        else:
            text = _("The partner would stand under itself from %(day)s on.") % {"day": day.isoformat()}
        return cls(text, partner_id=partner_id, day=day)


class NothingChanges(DomainError):
    """The partner already stands there on that day."""

    code = "nothing_changes"


class NoSuchMove(DomainError):
    """No move of this partner begins on that day."""

    code = "no_such_move"
    http_status = 404


class MoveInForce(DomainError):
    """A move of today or earlier is history: it is answered by another move, not cancelled."""

    code = "move_in_force"


class ExclusiveOverlap(DomainError):
    """An exclusive authorisation would overlap others'; ``rivals`` are their ids, soonest first."""

    code = "exclusive_overlap"

    def __init__(self, message: str, *, rivals: list[int]) -> None:
        super().__init__(message)
        self.rivals = rivals


class EndsOutsidePeriod(DomainError):
    """Something can end only on a day of its own period."""

    code = "ends_outside_period"


class WrongRole(DomainError):
    """A staff role is not for a partner's people, and the other way round."""

    code = "wrong_role"


class AlreadyMember(DomainError):
    """The person acts for the partner in that period already."""

    code = "already_member"


class NotForStaff(DomainError):
    """Staff and machine users act for nobody but the maker; only staff is limited to territories."""

    code = "not_for_staff"


class CodeTaken(DomainError):
    """Another record has this code."""

    code = "code_taken"


class NodeEnded(DomainError):
    """A node of a tree that has ended gets no new children."""

    code = "node_ended"


class UnknownScope(DomainError):
    """No such API scope."""

    code = "unknown_scope"
    http_status = 400


class ScopeNotForPartners(DomainError):
    """The scope is for the maker's own systems; a partner's client cannot have it."""

    code = "scope_not_for_partners"


class LastOwner(DomainError):
    """A company keeps at least one person who may let others in."""

    code = "last_owner"


class InsufficientDeposit(DomainError):
    """More would be taken from a deposit than is there; ``available`` is what could be taken."""

    code = "insufficient_deposit"

    def __init__(self, available, currency):
        text = _("Only %(available)s %(currency)s are available: nothing was booked.")
        super().__init__(text % {"available": f"{available.normalize():f}", "currency": currency})
        self.available = available


class DepositEntryUnclear(DomainError):
    """An entry without a positive amount, with a day to come, or a deduction that names no case."""

    code = "deposit_entry_unclear"
    http_status = 422


class AlreadyReversed(DomainError):
    """An entry is reversed once, and a reversal is not reversed."""

    code = "already_reversed"

    def __init__(self):
        super().__init__(_("This entry is reversed already, or reverses another one."))


class NoDepositRule(DomainError):
    """No rule says how much deposit a partner owes."""

    code = "no_deposit_rule"

    def __init__(self, partner):
        super().__init__(_("No rule says how much deposit %(partner)s owes.") % {"partner": partner.name})


class TemplateNotReady(DomainError):
    """A template has no published version, no clause, or its version is published already."""

    code = "template_not_ready"


class ContractIncomplete(DomainError):
    """Places of the paper that nobody filled; ``places`` are their names."""

    code = "contract_incomplete"
    http_status = 422

    def __init__(self, places):
        super().__init__(_("These variables are empty: %(places)s.") % {"places": ", ".join(places)})
        self.places = places


class ContractPeriodReversed(DomainError):
    """A contract would end before it starts, or an amendment before the version it changes begins."""

    code = "contract_period_reversed"
    http_status = 422


class ContractNotOpen(DomainError):
    """A contract is not in the state that this needs: signed already, withdrawn, still a draft."""

    code = "contract_not_open"


class NotEntitledToSign(DomainError):
    """A person may not sign for the partner: neither the named signatory nor somebody with the right."""

    code = "not_entitled_to_sign"
    http_status = 403


class PaperDiffers(DomainError):
    """What the person has read is not the paper that would be signed."""

    code = "paper_differs"


class ContractCannotStart(DomainError):
    """What the contract grants is no longer free; its other side is not named to a partner."""

    code = "contract_cannot_start"


class ApplicationSent(DomainError):
    """What was sent is not written any more; steps that come back to the applicant ask for what is missing."""

    code = "application_sent"


class ApplicationIncomplete(DomainError):
    """An application is sent when everything needed is filled in; ``fields`` are those that are not."""

    code = "application_incomplete"
    http_status = 422

    def __init__(self, message: str, *, fields: list[str]) -> None:
        super().__init__(message)
        self.fields = fields


class NoTrack(DomainError):
    """Companies of this type cannot apply: no track of theirs is published."""

    code = "no_track"


class NotTheApplicants(DomainError):
    """The step does not wait for the applicant."""

    code = "not_the_applicants"
    http_status = 403


class TooManyFiles(DomainError):
    """An application keeps a limited number of files."""

    code = "too_many_files"
    http_status = 422


class AlreadyAdmitted(DomainError):
    """The applicant is a partner already."""

    code = "already_admitted"


class NotAdmitted(DomainError):
    """The applicant has not been entered as a partner yet."""

    code = "not_admitted"


class RequestDecided(DomainError):
    """A colleague has answered this request already."""

    code = "request_decided"


class LooksLikeSpam(DomainError):
    """A public form was sent faster than people write, or its page is too old."""

    code = "looks_like_spam"
    http_status = 422


class TooManyTries(DomainError):
    """Too much was sent from one address in an hour."""

    code = "too_many_tries"
    http_status = 429


class NotACheck(DomainError):
    """A system reports the result of a check that waits; other steps are for people."""

    code = "not_a_check"


class NotANumber(DomainError):
    """A number is none of its scheme; ``trouble`` says what is wrong with it."""

    code = "not_a_number"
    http_status = 400

    def __init__(self, message: str, *, field: str, trouble: Any) -> None:
        super().__init__(message)
        self.field, self.trouble = field, trouble


class RecordRefused(DomainError):
    """A part of a partner's record is incomplete, or there is one of its kind already."""

    code = "record_refused"
    http_status = 422


class CircularMerge(DomainError):
    """A partner would be merged into itself, by way of others that were merged."""

    code = "circular_merge"


class AlreadyMerged(DomainError):
    """The record was merged into another already; take it out first."""

    code = "already_merged"


class NotMerged(DomainError):
    """There is no merge to undo."""

    code = "not_merged"


class MayBeDuplicate(DomainError):
    """A partner like this one is known; ``matches`` are ids and scores, the likest first."""

    code = "may_be_duplicate"

    def __init__(self, message: str, *, matches: list[Any]) -> None:
        super().__init__(message)
        self.matches = matches


class ExamNotOpen(DomainError):
    """A person may not begin this exam now; ``why``: no_exam, courses_missing, already_certified, pause, no_tries."""

    code = "exam_not_open"

    def __init__(self, message: str, *, why: str) -> None:
        super().__init__(message)
        self.why = why


class ExamTimeOver(DomainError):
    """The server's deadline of an exam is over: what was saved before counts, nothing else."""

    code = "exam_time_over"


class ExamIsOver(DomainError):
    """An exam is handed in once."""

    code = "exam_is_over"


class AnswerUnknown(DomainError):
    """An answer belongs to a question that was asked, and is one of its options."""

    code = "answer_unknown"
    http_status = 422


class CertificateRefused(DomainError):
    """A certificate does not fit its programme, or its holder is not named."""

    code = "certificate_refused"
    http_status = 422


class CertificateIsWithdrawn(DomainError):
    """A withdrawn certificate stays withdrawn; a new one is issued instead."""

    code = "certificate_is_withdrawn"


BENEFIT_TROUBLES = {
    "no_figure": gettext_lazy("This kind of benefit needs a figure."),
    "no_words": gettext_lazy("This kind of benefit needs words: the group, the level or what it is."),
    "figure_out_of_bounds": gettext_lazy("A factor is at most 10, a share between 0 and 1, seats a whole number."),
    "there_already": gettext_lazy("The tier has this benefit already."),
}


class BenefitUnclear(DomainError):
    """A benefit without what its kind needs, out of bounds, or there already; ``trouble`` says which."""

    code = "benefit_unclear"
    http_status = 422

    def __init__(self, message: str, *, trouble: str) -> None:
        super().__init__(message)
        self.trouble = trouble

    @classmethod
    def of(cls, trouble: str) -> "BenefitUnclear":
        return cls(str(BENEFIT_TROUBLES[trouble]), trouble=trouble)


class BenefitWithdrawn(DomainError):
    """A benefit is withdrawn once."""

    code = "benefit_withdrawn"

    def __init__(self) -> None:
        super().__init__(_("This benefit is withdrawn already."))

"""What core refuses. The codes are part of the public API."""

from django.utils.translation import gettext as _

from channelhub.lib.errors import DomainError


class TaskAlreadyClosed(DomainError):
    """A task is closed once."""

    code = "task_already_closed"


class TaskNeedsResult(DomainError):
    """A task is closed with a result."""

    code = "task_needs_result"
    http_status = 422


class CommentEmpty(DomainError):
    """A comment says something."""

    code = "comment_empty"
    http_status = 422


class CommentOfAnother(DomainError):
    """Only the author hides a comment; staff may hide any."""

    code = "comment_of_another"
    http_status = 403


class DocumentRefused(DomainError):
    """A document is too large, empty, or of a kind that is not taken."""

    code = "document_refused"
    http_status = 422


class NothingToRetry(DomainError):
    """Only what was set aside may be tried again."""

    code = "nothing_to_retry"


class RunHasEnded(DomainError):
    """A run that has ended cannot be cancelled."""

    code = "run_has_ended"


class UnknownStep(DomainError):
    """No step of the night has this name."""

    code = "unknown_step"
    http_status = 422


class NotOwnAccess(DomainError):
    """A person took its own access away."""

    code = "not_own_access"

    def __str__(self):
        return _("You cannot take your own access away; another administrator can.")


class RunStillOpen(DomainError):
    """What was set aside is tried again when the run has ended, so that no step overtakes an earlier one."""

    code = "run_still_open"


class IdempotencyKeyMissing(DomainError):
    """The operation writes and asks for an Idempotency-Key; none was sent."""

    code = "idempotency_key_missing"
    http_status = 400


class IdempotencyKeyMalformed(DomainError):
    """The Idempotency-Key is not a string of 1 to 200 printable ASCII characters."""

    code = "idempotency_key_malformed"
    http_status = 400


class IdempotencyKeyInProgress(DomainError):
    """Another request with the same Idempotency-Key is being worked on right now."""

    code = "idempotency_key_in_progress"


class IdempotencyKeyReused(DomainError):
    """The Idempotency-Key was already used for another request."""

    code = "idempotency_key_reused"
    http_status = 422


class VersionRequired(DomainError):
    """A change was sent without saying which version it changes (If-Match)."""

    code = "version_required"
    http_status = 428


class VersionChanged(DomainError):
    """The record is no longer in the version that the change names (If-Match)."""

    code = "version_changed"
    http_status = 412


class UnknownImporter(DomainError):
    """No app imports records of this kind."""

    code = "unknown_importer"
    http_status = 422


class FileNotReadable(DomainError):
    """A file is empty, has no header, or is neither CSV nor XLSX."""

    code = "file_not_readable"
    http_status = 422


class ColumnsMissing(DomainError):
    """The profile names columns that the file does not have; ``columns`` are they."""

    code = "columns_missing"
    http_status = 422

    def __init__(self, message: str, *, columns: list[str]) -> None:
        super().__init__(message)
        self.columns = columns

    @classmethod
    def of(cls, columns: list[str]) -> "ColumnsMissing":
        """Name the columns."""
        return cls(_("The file has no columns %(names)s.") % {"names": ", ".join(columns)}, columns=columns)


class WrongImportStatus(DomainError):
    """What was asked does not fit where the import stands: a taken one is not taken again, nor cancelled."""

    code = "wrong_import_status"


class ClientRequired(DomainError):
    """Only an API client may do this: what it sends belongs to its feed."""

    code = "client_required"
    http_status = 403


class ExportsTooMany(DomainError):
    """A person has a few exports in the making at once."""

    code = "exports_too_many"
    http_status = 429


class ExportFilterUnknown(DomainError):
    """An export's filters cannot be read."""

    code = "export_filter_unknown"
    http_status = 422


class ExportCancelled(DomainError):
    """The person who asked for it stopped the export."""

    code = "export_cancelled"


class ExportAccessEnded(DomainError):
    """Between asking and writing, the person lost the access."""

    code = "export_access_ended"
    http_status = 403


class ProfileWithoutField(DomainError):
    """A profile maps only what its importer takes."""

    code = "profile_without_field"
    http_status = 422


class TaskClosesOfItself(DomainError):
    """A task of a case closes when the step is decided; it is not closed by hand."""

    code = "task_closes_of_itself"


class UnknownProcess(DomainError):
    """No app registers this process."""

    code = "unknown_process"
    http_status = 422


class UnknownWorkflowAction(DomainError):
    """No app registers this action of a step."""

    code = "unknown_workflow_action"
    http_status = 422


class ProcessNotPublished(DomainError):
    """No version of the process is published: no case can begin."""

    code = "process_not_published"


class ProcessCodeTaken(DomainError):
    """Another process has this code."""

    code = "process_code_taken"


class DraftHasProblems(DomainError):
    """A draft of a process with gaps, dead ends or steps without a role is not published; ``problems`` are they."""

    code = "draft_has_problems"
    http_status = 422

    def __init__(self, message: str, *, problems: list) -> None:
        super().__init__(message)
        self.problems = problems


class NoDraft(DomainError):
    """The process has no draft that could be changed or published."""

    code = "no_draft"


class FactsWrong(DomainError):
    """A case was given facts that its process does not know, lacks some, or cannot read them."""

    code = "facts_wrong"
    http_status = 422


class CaseAlreadyRuns(DomainError):
    """A case of this process about this record is running already."""

    code = "case_already_runs"


class CaseHasEnded(DomainError):
    """The case has ended; nothing more is decided in it."""

    code = "case_has_ended"


class StepAlreadyDecided(DomainError):
    """The step does not wait any more: somebody decided it."""

    code = "step_already_decided"


class NotWaitedFor(DomainError):
    """The step waits for somebody else."""

    code = "not_waited_for"
    http_status = 403


class AuthorCannotApprove(DomainError):
    """Whoever opened a case does not approve it, nor does a delegate in its place."""

    code = "author_cannot_approve"
    http_status = 403


class AlreadyApproved(DomainError):
    """The same person approves once, in whosever place."""

    code = "already_approved"


class WrongVerdict(DomainError):
    """A step of this kind is not decided like that."""

    code = "wrong_verdict"
    http_status = 422


class ReasonMissing(DomainError):
    """A refusal says why."""

    code = "reason_missing"
    http_status = 422


class StepNotFulfilled(DomainError):
    """What the step is about is not done yet; the message says what is missing."""

    code = "step_not_fulfilled"


class DocumentMissing(DomainError):
    """The step asks for a document; none is attached."""

    code = "document_missing"
    http_status = 422


class CannotDelegate(DomainError):
    """Decisions are delegated to another active member of the staff, for a period that has not ended."""

    code = "cannot_delegate"
    http_status = 422


class AlreadyDelegated(DomainError):
    """Somebody else decides in this person's place in that period already."""

    code = "already_delegated"


class PairDecided(DomainError):
    """Somebody has already said whether the two are the same."""

    code = "pair_decided"

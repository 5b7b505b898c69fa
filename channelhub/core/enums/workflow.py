"""The closed sets of the workflow engine, and what it tells people."""

from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.messages import declare


class StepKind(TextChoices):
    """What somebody does at a step: fill in facts, hand in papers, look, decide, do; an action runs of itself.

    A contract, a deposit and a certification are done where a ``StepService`` says; without one a person confirms them
    with a document.
    """

    FORM = "form", _("Form")
    DOCUMENT = "document", _("Document")
    CHECK = "check", _("Check")
    APPROVAL = "approval", _("Approval")
    CONTRACT = "contract", _("Contract")
    DEPOSIT = "deposit", _("Deposit")
    CERTIFICATION = "certification", _("Certification")
    TASK = "task", _("Task")
    ACTION = "action", _("Action")


class Party(TextChoices):
    """Who is waited for: staff with a role, the partner's people, or whoever opened the case."""

    STAFF = "staff", _("Staff")
    PARTNER = "partner", _("The partner")
    OPENER = "opener", _("Whoever opened it")


class FactKind(TextChoices):
    """What a fact of a case is, so that it is compared as what it is."""

    NUMBER = "number", _("Number")
    TEXT = "text", _("Text")
    DATE = "date", _("Date")
    FLAG = "flag", _("Yes or no")


class Operator(TextChoices):
    """How a fact is compared; texts and flags are equal or not."""

    EQUAL = "=", _("is")
    NOT_EQUAL = "!=", _("is not")
    MORE = ">", _("is more than")
    AT_LEAST = ">=", _("is at least")
    LESS = "<", _("is less than")
    AT_MOST = "<=", _("is at most")


class CaseState(TextChoices):
    """A running case waits for somebody; the other states are final."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CaseStepState(TextChoices):
    """Waiting until decided; skipped where the condition does not hold; void where the case went back or ended."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")
    REFUSED = "refused", _("Refused")
    VOID = "void", _("Void")


class Verdict(TextChoices):
    """One line of a case's history. Refused goes back where the step says so; rejected ends the case in any case."""

    DONE = "done", _("Done")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    REJECTED = "rejected", _("Refused for good")
    AUTOMATIC = "automatic", _("Of itself")
    SKIPPED = "skipped", _("Skipped")
    ESCALATED = "escalated", _("Escalated")
    WITHDRAWN = "withdrawn", _("Withdrawn")


STEP_WAITS = declare("core.step_waits", _("{process}: “{step}” for {subject}"), process=dict, step=dict, subject=str)
STEP_ESCALATED = declare(
    "core.step_escalated",
    _("{process}: “{step}” for {subject} was due on {until} and comes to you."),
    process=dict,
    step=dict,
    subject=str,
    until=date,
)
CASE_DONE = declare("core.case_done", _("{process} for {subject} is done."), process=dict, subject=str)
CASE_REFUSED = declare(
    "core.case_refused",
    _("{process} for {subject} was refused: {reason}"),
    process=dict,
    subject=str,
    reason=str,
)
STEP_GIVEN_BACK = declare(
    "core.step_given_back",
    _("{process} for {subject} was given back: {reason}"),
    process=dict,
    subject=str,
    reason=str,
)
DELEGATED_TO_YOU = declare(
    "core.delegated_to_you",
    _("{person} asks you to decide in their place from {first} to {last}."),
    person=str,
    first=date,
    last=date,
)

_S = {"step": str}
_X = {"step": str, "what": str}
# What is wrong with a definition: the step by its name, and what it is about.
PROBLEMS = {
    name: declare(f"core.workflow.{name}", sentence, **kinds)
    for name, sentence, kinds in (
        ("no_steps", _("There is no step yet."), {}),
        ("no_start", _("Every step waits for another one: the case cannot begin."), {}),
        ("no_end", _("No step ends the case."), {}),
        ("code_twice", _("“{step}”: another step has the code {what}."), _X),
        ("name_missing", _("A step has no name."), {}),
        ("role_missing", _("“{step}” has no role: nobody would be waited for."), _S),
        ("role_unknown", _("“{step}”: there is no role {what}."), _X),
        ("after_unknown", _("“{step}” comes after {what}, which does not exist."), _X),
        ("cycle", _("“{step}” waits for itself: {what}. There is no way out."), _X),
        ("never_reached", _("“{step}” is never reached."), _S),
        ("dead_end", _("“{step}” leads nowhere: nothing follows it and it does not end the case."), _S),
        ("end_followed", _("“{step}” ends the case, but {what} follows it."), _X),
        ("action_missing", _("“{step}” has no action."), _S),
        ("action_unknown", _("“{step}”: there is no action {what}."), _X),
        ("action_of_other_records", _("“{step}”: the action {what} is not for what this process is about."), _X),
        ("argument_wrong", _("“{step}”: the action's argument {what} is missing, unknown or cannot be read."), _X),
        ("fact_unknown", _("“{step}”: there is no fact {what} at that point."), _X),
        ("comparison_wrong", _("“{step}”: {what} cannot be compared like that."), _X),
        ("asks_unknown", _("“{step}” asks for {what}, which is no fact of this process."), _X),
        ("bands_not_rising", _("“{step}”: the approvers' limits do not rise."), _S),
        ("bands_open", _("“{step}”: nobody approves what is above {what}."), _X),
        ("band_without_role", _("“{step}”: approvers up to {what} have no role."), _X),
        ("amount_missing", _("“{step}” has limits, but no amount to compare them with."), _S),
        ("back_not_before", _("“{step}” is given back to {what}, which is no earlier step."), _X),
        ("escalation_without_deadline", _("“{step}” escalates, but has no deadline."), _S),
        ("partner_without_view", _("“{step}” waits for the partner, but partners do not see this process."), _S),
    )
}


def declare_problem(name: str, sentence: Any, **kinds: type) -> str:
    """Something that an app finds wrong with the definitions of its own processes; its code."""
    PROBLEMS[name] = declare(f"core.workflow.{name}", sentence, **kinds)
    return name

"""How steps of a process are put into words: columns of the picture, conditions, approvers, who is waited for."""

from decimal import Decimal

from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import CaseStepState, Operator, Party, StepKind
from channelhub.core.forms.workflow import fact_names
from channelhub.core.models import Role
from channelhub.core.rules import workflow as rule
from channelhub.core.selectors.names import name_of
from channelhub.core.selectors.workflow import rule_of
from channelhub.lib import formats

TONES = {
    CaseStepState.WAITING: "orange",
    CaseStepState.DONE: "green",
    CaseStepState.REFUSED: "red",
    CaseStepState.SKIPPED: "grey",
    CaseStepState.VOID: "grey",
}


def role_names():
    """Role code → what it is called, in the reader's script."""
    return {role.code: name_of(role) for role in Role.objects.all()}


def conditions_of(step, labels):
    """A step's conditions in words; empty: it always applies."""
    parts = [f"{labels.get(c['fact'], c['fact'])} {Operator(c['op']).label} {c['value']}" for c in step.conditions]
    return _("if %(conditions)s") % {"conditions": ", ".join(parts)} if parts else ""


def bands_of(step, roles, currency):
    """Who approves up to which amount, level by level."""
    parts = []
    for band in step.bands:
        limit = band.get("up_to")
        amount = formats.money_text(Decimal(limit), currency, iso=True) if limit else ""
        upto = _("up to %(amount)s") % {"amount": amount} if limit else _("any amount above")
        who = f"{band['count']} × {roles.get(band['role'], band['role'])}" if band["count"] else _("of itself")
        parts.append(f"{upto}: {who}")
    return parts


def who_of(step, roles):
    """Who is waited for at a step."""
    if step.kind == StepKind.ACTION:
        return _("of itself")
    if step.kind == StepKind.APPROVAL and step.bands:
        return ""
    if step.party == Party.STAFF:
        return roles.get(step.role, step.role) or "?"
    side = str(Party(step.party).label)
    return f"{side}: {roles.get(step.role, step.role)}" if step.role else side


def picture(version, *, states=None, problems=()):
    """The steps in columns, each with its words; ``states``: code → state of the case's latest round."""
    steps = {step.code: step for step in version.steps.order_by("position", "pk")}
    labels, roles = fact_names(version), role_names()
    wrong = {problem.step for problem in problems}
    columns = rule.layers([rule_of(step) for step in steps.values()])
    return [
        [
            {
                "step": steps[each.code],
                "who": who_of(steps[each.code], roles),
                "above": roles.get(steps[each.code].escalate_to, ""),
                "condition": conditions_of(steps[each.code], labels),
                "bands": bands_of(steps[each.code], roles, version.currency),
                "after": [name_of(steps[code]) for code in each.after if code in steps],
                "wrong": each.code in wrong,
                "state": CaseStepState(states[each.code]) if states and each.code in states else None,
                "tone": TONES[states[each.code]] if states and each.code in states else "",
            }
            for each in column
        ]
        for column in columns
    ]

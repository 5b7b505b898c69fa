"""In what right somebody decides a step: an own role, somebody's place, the partner's, or as the one who opened it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import Party, StepKind, Verdict
from channelhub.core.errors import AlreadyApproved, AuthorCannotApprove, NotWaitedFor
from channelhub.core.models import CaseStep, User
from channelhub.core.selectors.workflow import Principal, principals


@dataclass(frozen=True)
class Authority:
    """The role in which a person decides, and in whose place (None: its own)."""

    role: str
    in_place_of: User | None = None


def authority_of(case_step: CaseStep, by: User, *, on: date) -> Authority:
    """The right in which a person may decide a step that waits.

    Refused: whoever is not waited for; an approval by the case's author or in its place; a second approval by the same
    person or in the place of one who has approved.
    """
    if case_step.party == Party.PARTNER:
        return _of_partner(case_step, by)
    found = [p for p in principals(by, on=on) if _waited_for(case_step, p, by)] if by.is_staff else []
    if not found and by.is_superuser and case_step.party == Party.STAFF:
        found = [Principal(None, frozenset({"administrator"}))]
    if not found:
        raise NotWaitedFor(_("This step waits for somebody else."))
    if case_step.step.kind == StepKind.APPROVAL:
        found = _who_may_approve(case_step, by, found)
    chosen = found[0]
    role = next((role for role in case_step.roles if role in chosen.roles), "")
    return Authority(role or ("administrator" if "administrator" in chosen.roles else ""), chosen.user)


def _waited_for(case_step: CaseStep, principal: Principal, by: User) -> bool:
    if case_step.party == Party.OPENER:
        return case_step.case.opened_by_id == (principal.user or by).pk
    return bool(principal.roles & set(case_step.roles))


def _who_may_approve(case_step: CaseStep, by: User, found: list[Principal]) -> list[Principal]:
    author = case_step.case.opened_by_id
    others = [p for p in found if p.user is None or p.user.pk != author]
    if by.pk == author or not others:
        raise AuthorCannotApprove(_("Whoever opened a case does not approve it."))
    approved = case_step.decisions.filter(verdict=Verdict.APPROVED)
    persons = {pk for pair in approved.values_list("by_id", "in_place_of_id") for pk in pair if pk}
    left = [p for p in others if p.user is None or p.user.pk not in persons]
    if by.pk in persons or not left:
        raise AlreadyApproved(_("You have approved this already; another person is needed."))
    return left


def _of_partner(case_step: CaseStep, by: User) -> Authority:
    acting = by.acting
    ours = acting is not None and acting.partner_id is not None and acting.partner_id == case_step.shared_with_id
    if not ours or acting.view_as or (case_step.roles and acting.role not in case_step.roles):
        raise NotWaitedFor(_("This step waits for somebody else."))
    return Authority(acting.role)

"""A revision is submitted, approved by somebody else, and given back when it is refused; what it would have changed."""

from datetime import date
from decimal import Decimal

import pytest

from channelhub.core.errors import AuthorCannotApprove
from channelhub.core.models import WorkflowCase
from channelhub.core.services.workflow import cases
from partners.models import PartnerTier, TierAssignment
from partners.services.reference import load_reference
from pricing.errors import NothingRevised, RevisionElsewhere, RevisionStale
from pricing.selectors.revision_impact import impact, last_quarter
from pricing.services import price_revisions, revision_publishing
from pricing.services.revision_approval import submit
from tests.factories.partners import ALWAYS, make_partner, make_product, make_staff
from tests.factories.prices import DAY, NOON, assign, authorise, make_formula, make_list, set_price
from tests.factories.revisions import LATER, draft
from tests.factories.sales import make_line
from tests.factories.workflow import at_step

pytestmark = pytest.mark.django_db
QUARTER = last_quarter(DAY)


@pytest.fixture(autouse=True)
def reference(db):
    load_reference()


@pytest.fixture
def author():
    return make_staff("author@maker.example", role="finance", name="Author")


@pytest.fixture
def listed():
    return make_list("L", (make_product("A"), 10), (make_product("B"), 20))


def person(role):
    return make_staff(f"{role}@maker.example", role=role, name=role.title())


def status(revision):
    revision.refresh_from_db()
    return revision.status


def decide(case, by, verdict="approved", comment=""):
    return cases.decide(case_step=at_step(case, "approve"), by=by, verdict=verdict, comment=comment, at=NOON)


def test_somebody_else_approves(listed, author):
    made = draft(listed, author=author)
    case = submit(revision=made, by=author, at=NOON)
    assert (status(made), at_step(case, "approve").roles) == ("submitted", ["finance"])
    with pytest.raises(AuthorCannotApprove):
        decide(case, author)

    decide(case, person("finance"))

    assert (status(made), WorkflowCase.objects.get().state) == ("approved", "done")
    assert price_revisions.reopen(revision=made).status == "draft"


def test_refused_or_taken_back_it_is_a_draft_again(listed, author):
    made = draft(listed, author=author)
    decide(submit(revision=made, by=author, at=NOON), person("finance"), "refused", "Too much")
    assert status(made) == "draft"

    case = submit(revision=made, by=author, at=NOON)
    cases.withdraw(case=case, by=author, reason="Wrong", at=NOON)
    assert status(made) == "draft"

    submit(revision=made, by=author, at=NOON)
    revision_publishing.withdraw(revision=made, by=author, reason="No more", at=NOON)
    assert status(made) == "withdrawn"
    assert sorted(WorkflowCase.objects.values_list("state", flat=True)) == ["refused", "withdrawn", "withdrawn"]


def test_only_a_draft_that_changes_something_and_is_true_is_submitted(listed, author):
    same = draft(listed, change=None)
    with pytest.raises(NothingRevised):
        submit(revision=same, by=author, at=NOON)
    revision_publishing.withdraw(revision=same, by=author, reason="", at=NOON)
    made = draft(listed)
    set_price(listed, listed.rows.first().product, 11, valid_from=date(2026, 3, 20), at=LATER)
    with pytest.raises(RevisionStale):
        submit(revision=made, by=author, at=LATER)
    price_revisions.refresh(revision=made, at=LATER)
    submit(revision=made, by=author, at=LATER)

    with pytest.raises(RevisionElsewhere):
        submit(revision=made, by=author, at=LATER)


def buyer(code, listed, tier=None, **more):
    made = make_partner(code)
    authorise(made)
    assign(listed, "partner", made, **more)
    if tier is not None:
        found = PartnerTier.objects.get_or_create(code=tier, defaults={"name": tier, "rank": ord(tier)})[0]
        TierAssignment.objects.create(partner=made, tier=found, valid_during=ALWAYS)
    return made


def sold(partner, product, quantity, booked_on=date(2025, 11, 3), **more):
    return make_line(partner=partner, product=product, quantity=quantity, booked_on=booked_on, **more)


def test_the_impact_is_last_quarters_quantity_at_the_break_and_formula_of_each(listed):
    first, second = (row.product for row in listed.rows.order_by("pk"))
    set_price(listed, first, 8, min_quantity=10)
    gold, other = buyer("gold", listed, "g"), buyer("other", make_formula(listed, "0.5"), "s")
    own = make_list("own", (second, 1))
    mixed = buyer("mixed", own)
    assign(listed, "everybody")
    costs = make_list("costs", (first, 4))
    sold(gold, first, 100)
    sold(gold, second, 1)
    sold(other, first, 10)
    sold(mixed, second, 1000)
    sold(mixed, first, 1)
    sold(gold, first, 100, booked_on=date(2026, 1, 2))
    made = draft(listed, change=None)
    price_revisions.set_row(revision=made, product=first, unit_price=Decimal(9), min_quantity=Decimal(10))
    price_revisions.set_row(revision=made, product=second, unit_price=Decimal(30))

    found = impact(made, quarter=QUARTER, costs=costs)

    assert [(tier.code, tier.partners, tier.quantity, tier.before, tier.after) for tier in found] == [
        ("g", 1, 101, 820, 930),
        ("s", 1, 10, 40, 45),
        ("", 1, 1, 10, 10),
    ]
    assert (found[0].margin_before, found[0].margin_after) == (Decimal("0.5"), Decimal(500) / 900)

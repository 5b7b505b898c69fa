"""A revision's prices are entered in the list as rows of a coming day, and taken out or written back again."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import CaseState
from channelhub.core.models import User
from channelhub.core.selectors.workflow import running_case
from channelhub.core.services import attention, outbox
from channelhub.core.services.workflow import cases
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.periods import business_day
from pricing.enums import ConsentState, RevisionStatus
from pricing.errors import ConsentMissing, DayNotAhead, NoticeTooShort, NotTold
from pricing.models import PriceRevision, RevisionNotice
from pricing.selectors import price_revisions as selectors
from pricing.selectors.price_revisions import CHANGED, NAMED, Concerned
from pricing.services.price_lists import PRICES
from pricing.services.price_revisions import held, require_ahead, write
from pricing.services.price_row_import import MATCH
from pricing.services.recorded_rows import enter_recorded
from pricing.services.revision_announcing import task_key
from pricing.services.revision_approval import require_fresh

S = RevisionStatus
KEY = {
    "price_list_id": "t.list_id",
    "product_id": "t.product_id",
    "min_quantity": "t.quantity",
    "valid_from": "t.begins",
}
# The rows of the list that a publication recorded and that are still known.
PUBLISHED = f"""
    SELECT r.id, r.product_id, r.min_quantity, w.old_price FROM pricing_pricerow r
    JOIN pricing_pricerevisionrow w ON w.product_id = r.product_id AND w.min_quantity = r.min_quantity
    WHERE w.revision_id = %(revision)s AND {CHANGED} AND r.price_list_id = %(list)s AND r.valid_from = %(day)s
        AND r.known_from = %(published)s AND r.known_until IS NULL
"""


@transaction.atomic
def publish(*, revision: PriceRevision, at: datetime, despite_changes: bool = False) -> int:
    """Enter the changed prices as rows of the list from the revision's day on, in one statement; how many.

    They hold from that midnight by themselves. Of two who publish at once one does. Refused: what was not announced, a
    day that has begun, a notice that is not kept, a consent that is missing, partners who came after the announcement,
    and a list that has changed since the draft (unless ``despite_changes``).
    """
    advisory_lock(PRICES)
    row = held(revision, S.ANNOUNCED)
    require_ahead(row.effective_on, at)
    _require_agreed(row, selectors.concerned(row, today=business_day(at)))
    if not despite_changes:
        require_fresh(row)
    wanted = f"""
        SELECT w.id AS row_no, {row.price_list_id} AS list_id, w.product_id, w.min_quantity AS quantity,
            date '{row.effective_on.isoformat()}' AS begins, w.new_price AS price
        FROM pricing_pricerevisionrow w WHERE w.revision_id = {row.pk} AND {CHANGED}
    """
    count = enter_recorded("pricing_pricerow", wanted, key=KEY, values={"unit_price": "t.price"}, match=MATCH, at=at)
    write(row, status=S.PUBLISHED, published_at=at)
    outbox.publish("pricing.revision.published", occurred_at=at, revision_id=row.pk, effective_on=row.effective_on)
    return count


def _require_agreed(row: PriceRevision, concerned: Sequence[Concerned]) -> None:
    """Refuses what partners were not told, were told too late, or have not agreed to; each is named."""
    notices = {notice.partner_id: notice for notice in RevisionNotice.objects.filter(revision=row)}
    _refuse(NotTold, [one.name for one in concerned if one.partner_id not in notices])
    of_today = [(one, notices[one.partner_id]) for one in concerned]
    early = [one.name for one, notice in of_today if notice.earliest_on > row.effective_on]
    if early:
        raise NoticeTooShort(early[:NAMED], max(notice.earliest_on for _one, notice in of_today))
    waited = (ConsentState.PENDING, ConsentState.DECLINED)
    _refuse(ConsentMissing, [one.name for one, notice in of_today if notice.consent in waited])


def _refuse(error: type[NotTold] | type[ConsentMissing], names: list[str]) -> None:
    if names:
        raise error(names[:NAMED])


@transaction.atomic
def revert(
    *, revision: PriceRevision, by: User | None, reason: str, at: datetime, valid_from: date | None = None
) -> int:
    """Give back the old prices: before the day the new ones are no longer known, afterwards the old ones begin again.

    ``valid_from``: from which day the old prices hold, once the new ones are in effect. Prices that were changed again
    since stay; how many were given back. Refused: what is not published, and a day that is over.
    """
    advisory_lock(PRICES)
    row = held(revision, S.PUBLISHED)
    today = business_day(at)
    if row.effective_on > today:
        first, count = row.effective_on, _take_out(row, at)
    else:
        first = valid_from or today
        if first < today:
            raise DayNotAhead(first)
        count = _write_back(row, first, at)
    write(row, status=S.REVERTED, ended_at=at, ended_by=by, ended_reason=reason[:300], reverted_from=first)
    outbox.publish("pricing.revision.reverted", occurred_at=at, revision_id=row.pk, valid_from=first)
    return count


def _take_out(row: PriceRevision, at: datetime) -> int:
    """Nobody has paid the new prices yet: they are no longer known, and what they superseded is known again."""
    params = selectors.of_list(row) | {"published": row.published_at, "at": at}
    sql.temporary_table("taken_out", PUBLISHED, params)
    count = sql.run("UPDATE pricing_pricerow r SET known_until = %(at)s FROM taken_out t WHERE r.id = t.id", {"at": at})
    sql.run(
        """
        INSERT INTO pricing_pricerow (price_list_id, product_id, min_quantity, unit_price, valid_from, known_from)
        SELECT r.price_list_id, r.product_id, r.min_quantity, r.unit_price, r.valid_from, %(at)s
        FROM pricing_pricerow r JOIN taken_out t USING (product_id, min_quantity)
        WHERE r.price_list_id = %(list)s AND r.valid_from = %(day)s AND r.known_until = %(published)s
        """,
        params,
    )
    return count


def _write_back(row: PriceRevision, first: date, at: datetime) -> int:
    """From a day on the old prices again, where the revision's price is still the one that holds on that day."""
    params = selectors.of_list(row) | {"published": row.published_at, "first": first}
    sql.temporary_table(
        "written_back",
        f"""
        SELECT p.id AS row_no, %(list)s::bigint AS list_id, p.product_id, p.min_quantity AS quantity,
            %(first)s::date AS begins, p.old_price AS price
        FROM ({PUBLISHED}) p WHERE NOT EXISTS (
            SELECT FROM pricing_pricerow later WHERE later.price_list_id = %(list)s
                AND later.product_id = p.product_id AND later.min_quantity = p.min_quantity
                AND later.valid_from > %(day)s AND later.valid_from <= %(first)s AND later.known_until IS NULL
        )
    """,
        params,
    )
    return enter_recorded(
        "pricing_pricerow",
        "SELECT * FROM written_back",
        key=KEY,
        values={"unit_price": "t.price"},
        match=MATCH,
        at=at,
    )


@transaction.atomic
def withdraw(*, revision: PriceRevision, by: User | None, reason: str, at: datetime) -> PriceRevision:
    """Give up a revision that is not published, with a reason; an approval that runs ends with it."""
    row = held(revision, S.DRAFT, S.SUBMITTED, S.APPROVED, S.ANNOUNCED)
    was = row.status
    write(row, status=S.WITHDRAWN, ended_at=at, ended_by=by, ended_reason=reason[:300])
    case = running_case(row)
    if case is not None:
        cases.stop(case=case, state=CaseState.WITHDRAWN, role="", reason=reason or str(_("Withdrawn.")), at=at, by=by)
    attention.close_all_of_themselves(prefix=task_key(row), result=str(_("Withdrawn.")), at=at)
    if was == S.ANNOUNCED:
        outbox.publish("pricing.revision.withdrawn", occurred_at=at, revision_id=row.pk)
    return row

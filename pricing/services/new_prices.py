"""What a partner is told of coming prices: its own net prices the day before and on the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from channelhub.core.selectors.keyset import keyset_page
from channelhub.core.selectors.search import within
from channelhub.core.services.fence import unfenced
from channelhub.lib import sql
from partners.models import Authorisation, Partner, Product
from pricing.enums import ConsentState, RevisionStatus
from pricing.models import PriceRevision, PriceRevisionRow, RevisionNotice
from pricing.services.price_answers import Cart, Line, answer_carts

TOLD = (RevisionStatus.ANNOUNCED, RevisionStatus.PUBLISHED)
CHANGED = ~Q(new_price=F("old_price")) | Q(old_price=None) | Q(new_price=None)


@dataclass(frozen=True)
class NewPrice:
    """A product, from which quantity, and what it costs this partner before and from the day on; None: no price."""

    product: Product
    quantity: Decimal
    currency: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class NewPricesPage:
    """Some of the prices of an announcement, and the cursor of those after them."""

    rows: Sequence[NewPrice]
    next_cursor: str


@dataclass(frozen=True)
class Coming:
    """An announcement as its partner sees it: what is coming, from when, and whether it waits for an answer."""

    notice: RevisionNotice
    title: str
    effective_on: date
    is_sure: bool
    waits: bool


def coming(notices: QuerySet[RevisionNotice], *, today: date) -> list[Coming]:
    """What changes next for the partner whose notices these are: announced or published, not yet begun, soonest first.

    ``notices``: fetched behind the fence.
    """
    rows = list(notices.values_list("pk", flat=True))
    with unfenced():
        found = RevisionNotice.objects.filter(pk__in=rows, revision__status__in=TOLD, revision__effective_on__gt=today)
        ordered = found.select_related("revision", "decided_by").order_by("revision__effective_on", "pk")
        return [_coming(notice) for notice in ordered]


def told(notice: RevisionNotice) -> Coming | None:
    """One announcement, also after its day; None: it was taken back."""
    with unfenced():
        row = RevisionNotice.objects.select_related("revision").get(pk=notice.pk)
        return _coming(row) if row.revision.status in TOLD else None


def _coming(notice: RevisionNotice) -> Coming:
    revision = notice.revision
    waits = notice.consent == ConsentState.PENDING and revision.status == RevisionStatus.ANNOUNCED
    sure = revision.status == RevisionStatus.PUBLISHED
    return Coming(notice, revision.title, revision.effective_on, sure, waits)


def new_prices(*, notice: RevisionNotice, words: str, cursor: str, at: datetime) -> NewPricesPage:
    """A page of the partner's own net prices, with its formulas, agreements and promotions; never the list's.

    Of lines it may sell on the day. What is announced only is answered as if it were published, and nothing stays.
    """
    with unfenced():
        held = _held(notice)
        page = keyset_page(_rows(held.revision, held.partner, words), key=("id",), cursor=cursor)
        return NewPricesPage(_priced(held, page.rows, at), page.next_cursor)


def every_new_price(*, notice: RevisionNotice, words: str, at: datetime) -> list[NewPrice]:
    """All of them at once, for a file."""
    with unfenced():
        held = _held(notice)
        return _priced(held, list(_rows(held.revision, held.partner, words).order_by("pk")), at)


def _held(notice: RevisionNotice) -> RevisionNotice:
    return RevisionNotice.objects.select_related("revision__price_list", "partner").get(pk=notice.pk)


def _priced(notice: RevisionNotice, rows: Sequence[PriceRevisionRow], at: datetime) -> list[NewPrice]:
    """The answers before and after; with prices that are only announced entered for as long as it takes."""
    with transaction.atomic():
        if notice.revision.status == RevisionStatus.ANNOUNCED:
            _as_if_published([row.pk for row in rows], at)
        answers = _answers(notice.partner, notice.revision.effective_on, rows, at)
        transaction.set_rollback(True)
    return [
        NewPrice(row.product, row.min_quantity, after.currency, before.unit_price, after.unit_price)
        for row, before, after in zip(rows, *answers, strict=True)
    ]


def _rows(revision: PriceRevision, partner: Partner, words: str) -> QuerySet[PriceRevisionRow]:
    allowed = Q(pk=None)
    authorised = Authorisation.objects.filter(partner=partner).in_force(revision.effective_on)
    for path in authorised.values_list("line_path", flat=True):
        allowed |= Q(product__line__path__startswith=path or "")
    rows = PriceRevisionRow.objects.filter(CHANGED, allowed, revision=revision).select_related("product")
    if words:
        rows = rows.filter(product__in=within(Product.objects.all(), words, pk="partners.product"))
    return rows


def _answers(partner: Partner, day: date, rows: Sequence[PriceRevisionRow], at: datetime) -> list[list[Any]]:
    lines = [Line(row.product.sku, row.min_quantity) for row in rows]
    carts = [Cart(partner, day - timedelta(days=1), lines), Cart(partner, day, lines)]
    return answer_carts(carts=carts, known_at=at, reasons=False)


def _as_if_published(rows: Sequence[int], at: datetime) -> None:
    """Enter the prices of some rows; the caller takes it back."""
    params = {"rows": list(rows), "at": at}
    sql.run(
        """
        UPDATE pricing_pricerow r SET known_until = %(at)s
        FROM pricing_pricerevisionrow w JOIN pricing_pricerevision v ON v.id = w.revision_id
        WHERE w.id = ANY (%(rows)s) AND r.price_list_id = v.price_list_id AND r.product_id = w.product_id
            AND r.min_quantity = w.min_quantity AND r.valid_from = v.effective_on AND r.known_until IS NULL
        """,
        params,
    )
    sql.run(
        """
        INSERT INTO pricing_pricerow (price_list_id, product_id, min_quantity, unit_price, valid_from, known_from)
        SELECT v.price_list_id, w.product_id, w.min_quantity, w.new_price, v.effective_on, %(at)s
        FROM pricing_pricerevisionrow w JOIN pricing_pricerevision v ON v.id = w.revision_id
        WHERE w.id = ANY (%(rows)s)
        """,
        params,
    )

"""Use of what is limited: promotion budgets, volumes of agreements. Reserved, consumed or given back, never over.

The cap is checked and moved by one UPDATE on one row, so of any number of clients at once exactly the cap gets through.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from partners.models import Partner
from pricing.enums import UsageVerb
from pricing.errors import LimitReached, NoLimit, UsedOtherwise
from pricing.models import Agreement, Promotion, UsageEntry, UsageLimit

Limited = Promotion | Agreement
ZERO = Decimal(0)


@transaction.atomic
def set_limit(*, of: Limited, measure: str, cap: Decimal) -> UsageLimit:
    """Limit a promotion or an agreement, or change its limit. A cap below what is used stops further use only."""
    key = key_of(of)
    limit = UsageLimit.objects.select_for_update().filter(**key).first()
    if limit is None:
        return UsageLimit.objects.create(**key, measure=measure, cap=cap)
    if limit.measure != measure and limit.entries.exists():
        raise UsedOtherwise(of.code)
    limit.measure, limit.cap = measure, cap
    limit.save(update_fields=["measure", "cap"])
    return limit


@transaction.atomic
def reserve(
    *, of: Limited, reference: str, quantity: Decimal, at: datetime, partner: Partner | None = None
) -> UsageEntry:
    """Keep a quantity for a reference until it is consumed or released; the same again changes nothing.

    Quantity: in what the limit counts, greater than zero. Refused: beyond the cap, without a limit, and a reference
    that was used with another quantity or given back.
    """
    limit, known = _locked(of, reference)
    if known:
        return _same(known, UsageVerb.RESERVED, quantity)
    return _entered(limit, reference, UsageVerb.RESERVED, quantity, at=at, partner=partner)


@transaction.atomic
def consume(
    *,
    of: Limited,
    reference: str,
    quantity: Decimal | None = None,
    at: datetime,
    partner: Partner | None = None,
    reported: bool = False,
) -> UsageEntry:
    """Use up what was reserved for the reference (``quantity``: so much of it, or more), or take it at once.

    ``reported``: it happened already, as a ledger line tells; beyond the cap it is entered and marked, not refused.
    Otherwise refused as by ``reserve``.
    """
    limit, known = _locked(of, reference)
    reserved = known.get(UsageVerb.RESERVED)
    wanted = quantity if quantity is not None else (reserved.quantity if reserved else Decimal(1))
    if wanted <= 0 or UsageVerb.RELEASED in known:
        raise UsedOtherwise(reference)
    kept = reserved.quantity if reserved else ZERO
    if UsageVerb.CONSUMED in known:
        done = known[UsageVerb.CONSUMED]
        if quantity is not None and done.quantity + kept != quantity:
            raise UsedOtherwise(reference)
        return done
    return _entered(limit, reference, UsageVerb.CONSUMED, wanted - kept, at=at, partner=partner, reported=reported)


@transaction.atomic
def release(*, of: Limited, reference: str, at: datetime) -> UsageEntry:
    """Give back all that the reference holds, reserved or consumed; twice changes nothing."""
    limit, known = _locked(of, reference)
    if UsageVerb.RELEASED in known:
        return known[UsageVerb.RELEASED]
    if not known:
        raise UsedOtherwise(reference)
    held = sum((entry.quantity for entry in known.values()), ZERO)
    return _entered(limit, reference, UsageVerb.RELEASED, -held, at=at)


def key_of(of: Limited) -> dict[str, Any]:
    """The column of a limit that names what it limits."""
    return {"promotion": of} if isinstance(of, Promotion) else {"agreement": of}


def _locked(of: Limited, reference: str) -> tuple[UsageLimit, dict[str, UsageEntry]]:
    """The limit, held until the end of the transaction, and what the reference did so far."""
    limit = UsageLimit.objects.select_for_update(of=("self",)).filter(**key_of(of)).first()
    if limit is None:
        raise NoLimit(of.code)
    return limit, {entry.verb: entry for entry in limit.entries.filter(reference=reference)}


def _same(known: dict[str, UsageEntry], verb: str, quantity: Decimal) -> UsageEntry:
    entry = known.get(verb)
    if entry is None or entry.quantity != quantity or UsageVerb.RELEASED in known:
        raise UsedOtherwise(next(iter(known.values())).reference)
    return entry


def _entered(
    limit: UsageLimit,
    reference: str,
    verb: str,
    quantity: Decimal,
    *,
    at: datetime,
    partner: Partner | None = None,
    reported: bool = False,
) -> UsageEntry:
    if verb == UsageVerb.RESERVED and quantity <= 0:
        raise UsedOtherwise(reference)
    row = UsageLimit.objects.filter(pk=limit.pk)
    fits = row if quantity <= 0 else row.filter(used__lte=F("cap") - quantity)
    beyond = not fits.update(used=F("used") + quantity)
    if beyond and not reported:
        raise LimitReached(limit.of.code, limit.left)
    if beyond:
        row.update(used=F("used") + quantity)
    return UsageEntry.objects.create(
        limit=limit, reference=reference, verb=verb, quantity=quantity, beyond=beyond, partner=partner, at=at
    )

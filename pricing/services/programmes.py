"""Rebate programmes: made as drafts, given terms by versions, activated, ended by a version that ends them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from channelhub.core.selectors.workflow import running_case
from channelhub.lib.money import Rounding
from channelhub.lib.periods import period_of
from partners.models import ProductLine
from pricing.enums import ProgrammeScope, ProgrammeStatus
from pricing.errors import InApproval, NoTermsYet, PeriodStartsElsewhere, TermsMeanNothing
from pricing.models import ProgrammeVersion, RebateBand, RebateProgramme
from pricing.rules.rebates import Band, Terms


@dataclass(frozen=True)
class Counting:
    """Which lines a version counts: kinds of sales, a product line with all beneath it, own lines or the subtree's."""

    kinds: Sequence[int]
    product_line: ProductLine | None = None
    scope: str = ProgrammeScope.OWN


@transaction.atomic
def create_programme(
    *, code: str, name: str, currency: str, period: str, starts_on: date, name_en: str = ""
) -> RebateProgramme:
    """Make a draft; ``starts_on`` must be the first day of one of its periods."""
    if period_of(starts_on, period).starts_on != starts_on:
        raise PeriodStartsElsewhere(starts_on)
    programme = RebateProgramme.objects.create(
        code=code, name=name, name_en=name_en, currency=currency, period=period, starts_on=starts_on
    )
    programme.refresh_from_db()
    return programme


@transaction.atomic
def publish_version(
    *,
    programme: RebateProgramme,
    valid_from: date,
    terms: Terms,
    counting: Counting,
    at: datetime,
) -> ProgrammeVersion:
    """Record terms from a period's first day on; a version known for the same day is superseded, never edited.

    Refused: a day inside a period or before the programme, and terms without bands or in another currency. Periods
    already settled are settled anew by the next night, as a correction with the cause "new terms".
    """
    if not terms.bands or terms.currency != programme.currency or not counting.kinds:
        raise TermsMeanNothing(programme)
    columns = {
        "method": terms.method,
        "qualifier": terms.qualifier,
        "pays": terms.pays,
        "cap": terms.cap,
        "floor": terms.floor,
        "rounding": terms.rounding.mode,
        "rounding_step": terms.rounding.step,
        "kinds": sorted(counting.kinds),
        "product_line": counting.product_line,
        "scope": counting.scope,
    }
    version = _record(programme, valid_from, at, columns)
    RebateBand.objects.bulk_create(
        RebateBand(programme_version=version, starts_at=band.starts_at, rate=band.rate) for band in terms.bands
    )
    return version


@transaction.atomic
def end_programme(*, programme: RebateProgramme, valid_from: date, at: datetime) -> ProgrammeVersion:
    """From a period's first day on nothing is earned any more; earlier periods are still corrected."""
    last = programme.versions.order_by("-valid_from", "-pk").first()
    if last is None:
        raise NoTermsYet(programme)
    columns = {"method": last.method, "qualifier": last.qualifier, "pays": last.pays, "kinds": last.kinds, "ends": True}
    version = _record(programme, valid_from, at, columns)
    RebateProgramme.objects.filter(pk=programme.pk).update(status=ProgrammeStatus.ENDED)
    return version


def held_as_it_is(programme: RebateProgramme) -> RebateProgramme:
    """Lock the programme for a change; refused while it is being decided on: what is approved is what was seen."""
    held = RebateProgramme.objects.select_for_update().get(pk=programme.pk)
    if held.status == ProgrammeStatus.DRAFT and running_case(held) is not None:
        raise InApproval(held)
    return held


@transaction.atomic
def activate(*, programme: RebateProgramme) -> None:
    """A draft with terms begins to accrue with the next night; one without terms is refused.

    People send it for approval (``programme_approval``), which calls this in the end.
    """
    if not programme.versions.exists():
        raise NoTermsYet(programme)
    RebateProgramme.objects.filter(pk=programme.pk, status=ProgrammeStatus.DRAFT).update(status=ProgrammeStatus.ACTIVE)


def terms(
    *,
    programme: RebateProgramme,
    method: str,
    qualifier: str,
    pays: str,
    bands: Sequence[tuple[Decimal, Decimal]],
    cap: Decimal | None = None,
    floor: Decimal | None = None,
    rounding: Rounding | None = None,
) -> Terms:
    """Terms in a programme's currency from plain values; what means nothing is refused, not a crash."""
    try:
        pairs = [Band(starts_at, rate) for starts_at, rate in bands]
        return Terms(method, qualifier, pays, pairs, programme.currency, cap, floor, rounding or Rounding())
    except ValueError as error:
        raise TermsMeanNothing(programme) from error


def _record(programme: RebateProgramme, valid_from: date, at: datetime, columns: dict) -> ProgrammeVersion:
    held_as_it_is(programme)
    if valid_from < programme.starts_on or period_of(valid_from, programme.period).starts_on != valid_from:
        raise PeriodStartsElsewhere(valid_from)
    programme.versions.filter(valid_from=valid_from, known_until__isnull=True).update(known_until=at)
    return ProgrammeVersion.objects.create(programme=programme, valid_from=valid_from, known_from=at, **columns)

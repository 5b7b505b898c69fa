"""Who may sell what, where and over which sales channel: granted and ended, exclusive ones never overlapping."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from channelhub.core.events import Event
from channelhub.core.services import outbox
from channelhub.lib.locks import advisory_lock
from channelhub.lib.periods import DateRange, last_day
from partners.errors import EndsOutsidePeriod, ExclusiveOverlap
from partners.events import AUTHORISATION_ENDED, AUTHORISATION_GRANTED
from partners.models import Authorisation, Partner, ProductLine, SalesChannel, Territory
from partners.models.authorisations import AuthorisationQuerySet

EXCLUSION = "partners_exclusive_authorisations_never_overlap"


@dataclass(frozen=True)
class Limits:
    """What an authorisation allows; None: not limited."""

    territory: Territory | None = None
    product_line: ProductLine | None = None
    sales_channel: SalesChannel | None = None

    def paths(self) -> dict[str, str | None]:
        """The limits' places in their trees."""
        return {
            "territory_path": self.territory.path if self.territory else None,
            "line_path": self.product_line.path if self.product_line else None,
            "channel_path": self.sales_channel.path if self.sales_channel else None,
        }


def overlaps(
    *,
    limits: Limits,
    valid_during: DateRange,
    apart_from: Partner | None = None,
    exclusive: bool | None = None,
) -> AuthorisationQuerySet:
    """The other side, to be seen before saving: authorisations that share a place, line, channel and day.

    ``exclusive`` True: only those that an exclusive one could not stand beside. ``apart_from``: not this partner's.
    """
    found = Authorisation.objects.overlapping(**limits.paths(), valid_during=valid_during)
    if apart_from is not None:
        found = found.exclude(partner=apart_from)
    if exclusive is not None:
        found = found.filter(exclusive=exclusive)
    return found.select_related("partner", "territory", "product_line", "sales_channel").order_by("valid_during", "pk")


@transaction.atomic
def grant_authorisation(
    *,
    partner: Partner,
    valid_during: DateRange,
    at: datetime,
    limits: Limits = Limits(),
    exclusive: bool = False,
) -> Authorisation:
    """Allow a partner to sell within the limits during a period.

    Refused: an exclusive one that overlaps another exclusive one, naming it. Rivals wait for one another in the
    lock, so the later one is told instead of both deadlocking in the exclusion.
    """
    if exclusive:
        advisory_lock(EXCLUSION)
    try:
        with transaction.atomic():
            row = Authorisation.objects.create(
                partner=partner,
                territory=limits.territory,
                product_line=limits.product_line,
                sales_channel=limits.sales_channel,
                **limits.paths(),
                valid_during=valid_during,
                exclusive=exclusive,
            )
    except IntegrityError as error:
        if EXCLUSION not in str(error):
            raise
        raise _refusal(limits, valid_during) from error
    _tell(AUTHORISATION_GRANTED, row, at)
    return row


@transaction.atomic
def end_authorisation(*, authorisation: Authorisation, last: date, at: datetime) -> Authorisation:
    """Let an authorisation end with a day of its period, the last one included. It is never deleted."""
    row = Authorisation.objects.select_for_update(of=("self",)).get(pk=authorisation.pk)
    row.valid_during = ended(row.valid_during, last)
    row.save(update_fields=["valid_during"])
    row.refresh_from_db()
    _tell(AUTHORISATION_ENDED, row, at)
    return row


def ended(valid_during: DateRange, last: date) -> DateRange:
    """A period cut after a day of its own; refused outside of it."""
    final = last_day(valid_during)
    if (valid_during.lower is not None and last < valid_during.lower) or (final is not None and last > final):
        raise EndsOutsidePeriod(_("The last day must lie in the period itself."))
    return DateRange(valid_during.lower, last + timedelta(days=1))


def _tell(event: Event, row: Authorisation, at: datetime) -> None:
    outbox.publish(event.name, occurred_at=at, authorisation_id=row.pk, partner_id=row.partner_id)


def _refusal(limits: Limits, valid_during: DateRange) -> ExclusiveOverlap:
    rivals = list(overlaps(limits=limits, valid_during=valid_during, exclusive=True))
    text = _("This overlaps the exclusive authorisation of %(partner)s (%(limits)s) from %(first)s on.")
    rival = rivals[0]
    shown = [str(part) for part in (rival.territory, rival.product_line, rival.sales_channel) if part is not None]
    return ExclusiveOverlap(
        text
        % {
            "partner": rival.partner.name,
            "limits": ", ".join(shown) or _("not limited"),
            "first": rival.valid_during.lower or "-",
        },
        rivals=[rival.pk for rival in rivals],
    )

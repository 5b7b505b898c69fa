"""What a signed contract grants: authorisations for its scopes, ended with it."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from channelhub.lib.periods import last_day
from partners.errors import ContractCannotStart, ExclusiveOverlap
from partners.models import ContractScope, ContractVersion
from partners.services import authorisations
from partners.services.authorisations import Limits


def begin(row: ContractVersion, *, at: datetime) -> None:
    """Grant every scope for the version's period; refused when an exclusive one is taken, without naming by whom."""
    try:
        for scope in row.scopes.select_related("territory", "product_line", "sales_channel").order_by("pk"):
            granted = authorisations.grant_authorisation(
                partner=row.partner,
                valid_during=row.valid_during,
                limits=_limits(scope),
                exclusive=scope.exclusive,
                at=at,
            )
            ContractScope.objects.filter(pk=scope.pk).update(authorisation=granted)
    except ExclusiveOverlap as refusal:
        text = _("What this contract grants is no longer free: please ask your channel manager.")
        raise ContractCannotStart(text) from refusal


def end(row: ContractVersion, last: date, *, at: datetime) -> None:
    """End what the version granted with a day; what ends earlier stays as it is."""
    for scope in row.scopes.filter(authorisation__isnull=False).select_related("authorisation").order_by("pk"):
        authorisation = scope.authorisation
        if authorisation is None:
            continue
        valid = authorisation.valid_during
        final = last_day(valid)
        if final is None or last < final:
            authorisations.end_authorisation(authorisation=authorisation, last=max(last, valid.lower), at=at)


def rivals_of(row: ContractVersion) -> list[tuple[ContractScope, str, int]]:
    """Exclusive scopes that another partner holds: the scope, the partner's name, the authorisation."""
    found = []
    for scope in row.scopes.filter(exclusive=True).select_related("territory", "product_line", "sales_channel"):
        others = authorisations.overlaps(
            limits=_limits(scope), valid_during=row.valid_during, apart_from=row.partner, exclusive=True
        )
        found += [(scope, other.partner.name, other.pk) for other in others]
    return found


def refuse_rivals(row: ContractVersion) -> None:
    """An exclusive scope that another partner holds is refused when it is sent, not only when it is signed."""
    found = rivals_of(row)
    if found:
        text = _("%(partner)s is exclusive here: this will be refused.") % {"partner": found[0][1]}
        raise ExclusiveOverlap(text, rivals=[pk for _scope, _name, pk in found])


def _limits(scope: ContractScope) -> Limits:
    return Limits(scope.territory, scope.product_line, scope.sales_channel)

"""A finding with its evidence: the lines, and for each why it is wrong, as typed steps of the rule."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from partners.models import Authorisation
from performance.enums import FindingKind
from performance.models import Finding, FindingLine
from performance.rules.findings import Allowed, Sale, Step, judge_minimum, judge_territory
from pricing.models import MapPrice, SalesLine

MOST = 200


@dataclass(frozen=True)
class Evidence:
    """One line of a finding, as it was judged and as it would be judged now."""

    row: FindingLine
    line: SalesLine
    steps: list[Step]


def evidence_of(finding: Finding, *, most: int = MOST) -> list[Evidence]:
    """The lines behind a finding, the greatest damage first, each with its steps."""
    rows = list(finding.evidence.order_by("-damage", "pk")[:most])
    related = ("partner", "other_partner", "product", "product_line", "sold_into")
    lines = SalesLine.objects.select_related(*related).in_bulk([row.line_id for row in rows])
    reversed_ids = set(SalesLine.objects.filter(reverses__in=list(lines)).values_list("reverses_id", flat=True))
    allowed = authorisations_of(finding)
    minimums = _minimums(finding)
    found = []
    for row in rows:
        line = lines[row.line_id]
        sale = _sale(line, corrects=line.pk in reversed_ids)
        if finding.kind == FindingKind.OUTSIDE_TERRITORY:
            steps = judge_territory(sale, [_allowed(each) for each in allowed])
        else:
            steps = judge_minimum(sale, _minimum(minimums, line.booked_on))
        found.append(Evidence(row, line, steps))
    return found


def authorisations_of(finding: Finding) -> list[Authorisation]:
    """Everything the partner was ever authorised for."""
    rows = Authorisation.objects.filter(partner_id=finding.partner_id)
    return list(rows.select_related("territory", "product_line").order_by("valid_during", "pk"))


def authorised_there(finding: Finding) -> list[Authorisation]:
    """The partners whose business it is: authorised for the place and the line when the first line was sold."""
    if finding.sold_into is None or finding.product_line is None:
        return []
    day = finding.evidence.order_by("pk").values_list("line__booked_on", flat=True).first() or finding.month
    rows = Authorisation.objects.in_force(day).exclude(partner_id=finding.partner_id).filter(territory__isnull=False)
    rows = rows.select_related("partner", "territory").order_by("-exclusive", "pk")
    place, line = finding.sold_into.path, finding.product_line.path
    near = [row for row in rows if place.startswith(row.territory_path or "") and line.startswith(row.line_path or "")]
    return near[:20]


def _minimums(finding: Finding) -> list[tuple[date, Decimal | None]]:
    if finding.product_id is None:
        return []
    rows = MapPrice.objects.filter(product_id=finding.product_id, currency=finding.currency, known_until__isnull=True)
    return list(rows.order_by("valid_from").values_list("valid_from", "price"))


def _minimum(minimums: list[tuple[date, Decimal | None]], day: date) -> Decimal | None:
    known = [price for valid_from, price in minimums if valid_from <= day]
    return known[-1] if known else None


def _allowed(row: Authorisation) -> Allowed:
    during = row.valid_during
    return Allowed(row.pk, row.territory_path, row.line_path, during.lower, during.upper)


def _sale(line: SalesLine, *, corrects: bool) -> Sale:
    return Sale(
        day=line.booked_on,
        kind=line.kind,
        line_path=line.product_line.path,
        sold_into=line.sold_into.path if line.sold_into else None,
        quantity=line.quantity,
        net_amount=line.net_amount,
        currency=line.currency,
        corrects=corrects or line.returns_id is not None or line.reverses_id is not None,
    )

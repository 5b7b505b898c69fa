"""What the map of provinces shows: sums by province, by city beneath one, and by partner."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Substr
from django.utils import timezone

from channelhub.lib.periods import business_day
from partners.models import HomeTerritory, Partner, Territory
from performance.selectors.charts import STEP, Lens, Share, by_branch
from pricing.models import SalesMonth


@dataclass(frozen=True)
class Place:
    """A province or city: its sums and how many partners are at home there today."""

    territory: Territory
    total: Decimal
    before: Decimal
    partners: int

    @property
    def growth(self) -> Decimal | None:
        """Part by which it grew; None: nothing to compare with."""
        return None if self.before <= 0 else self.total / self.before - 1


def places(user: Any, lens: Lens | None, above: Territory) -> list[Place]:
    """The territories one step beneath another, in the tree's order, sold there or not."""
    depth = above.depth + 1
    sums: dict[Any, Share] = {}
    if lens is not None:
        sums = {share.key: share for share in by_branch(user, lens, Territory, "home_territory", depth, above.path)}
    today = business_day(timezone.now())
    homes = HomeTerritory.objects.visible_to(user).filter(
        valid_during__contains=today, territory__path__startswith=above.path
    )
    key = Substr("territory__path", 1, depth * STEP)
    counts = dict(homes.order_by().values_list(key).annotate(count=Count("partner", distinct=True)))
    nothing = Share(None, Decimal(0))
    return [
        Place(node, sums.get(node.path, nothing).total, sums.get(node.path, nothing).before, counts.get(node.path, 0))
        for node in Territory.objects.filter(depth=depth, path__startswith=above.path).order_by("path")
    ]


def partners_at(user: Any, lens: Lens | None, territory: Territory) -> list[Share]:
    """The partners at home in a territory and beneath it today, the largest first."""
    homes = HomeTerritory.objects.filter(
        valid_during__contains=business_day(timezone.now()), territory__path__startswith=territory.path
    )
    partners = Partner.objects.visible_to(user).filter(pk__in=homes.values("partner_id")).order_by("sort_key")[:200]
    names = {partner.pk: partner for partner in partners}
    if lens is None:
        return [Share(partner, Decimal(0), key=pk) for pk, partner in names.items()]
    rows = SalesMonth.objects.visible_to(user).filter(partner_id__in=list(names))
    now = dict(lens.of(rows).values_list("partner_id").annotate(total=Sum("amount")))
    before = dict(lens.back().of(rows).values_list("partner_id").annotate(total=Sum("amount")))
    shares = [Share(p, now.get(pk, Decimal(0)), before.get(pk, Decimal(0)), pk) for pk, p in names.items()]
    return sorted(shares, key=lambda share: -share.total)

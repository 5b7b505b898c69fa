from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from channelhub.lib.periods import business_day


class PartnerScopedQuerySet(models.QuerySet):
    """Rows that belong to partners: the first fence. ``scope_field`` names the partner's id on the row."""

    scope_field = "partner_id"

    def visible_to(self, user: Any) -> Self:
        """Staff: all, or those whose home territory of today lies in the person's areas. Dealers: own subtree.

        ``user`` is a request's user: ``ActingMiddleware`` has set ``user.acting``; without it nothing is seen.
        """
        acting = getattr(user, "acting", None)
        if acting is None:
            return self.none()
        if acting.standing is not None:
            return self.filter(**{f"{self.scope_field}__in": acting.standing.subtree})
        return self if acting.territories is None else self._in_territories(acting.territories)

    def _in_territories(self, paths: tuple[str, ...]) -> Self:
        from partners.models.partners import HomeTerritory

        inside = Q()
        for path in paths:
            inside |= Q(territory__path__startswith=path)
        if not paths:
            return self.none()
        home = HomeTerritory.objects.filter(
            inside,
            partner_id=OuterRef(self.scope_field),
            valid_during__contains=business_day(timezone.now()),
        )
        return self.filter(Exists(home))


class OwnScopedQuerySet(PartnerScopedQuerySet):
    """Rows of the partner itself; those above it in the tree do not see them."""

    def visible_to(self, user: Any) -> Self:
        """Like its base, but a dealer sees its own rows only."""
        acting = getattr(user, "acting", None)
        if acting is not None and acting.standing is not None:
            return self.filter(**{self.scope_field: acting.standing.partner_id})
        return super().visible_to(user)

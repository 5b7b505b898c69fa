from django.db import models
from django.db.models import Q

from channelhub.core import hooks


class OwnRows(models.QuerySet):
    """Core's rows that belong to a partner by ``partner_id``, read by the partner itself only: the first fence."""

    def visible_to(self, user):
        """Staff: all, or what belongs to nobody or to partners of their areas. Dealers: their own partner's."""
        acting = getattr(user, "acting", None)
        if acting is None:
            return self.none()
        if acting.standing is not None:
            return self._of_dealer(user, acting.standing.partner_id)
        if acting.territories is None:
            return self
        return self.filter(Q(partner_id=None) | Q(partner_id__in=hooks.partners_within(acting.territories)))

    def _of_dealer(self, user, partner_id):
        return self.none() if partner_id is None else self.filter(partner_id=partner_id)

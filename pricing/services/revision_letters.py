"""Letters about new prices, to everybody who acts for the partner, in the language of each."""

from channelhub.core.models import User
from channelhub.core.services import mails
from channelhub.core.services.fence import unfenced
from partners.models import Membership
from pricing.enums import ConsentState, RevisionStatus
from pricing.models import RevisionNotice

TOLD = (RevisionStatus.ANNOUNCED, RevisionStatus.PUBLISHED)


def announced(*, notice_id: int) -> int:
    """Tell a partner's people what changes and when, and whether it waits for their consent; the number told.

    Nobody is told of prices that were taken back meanwhile.
    """
    with unfenced():
        rows = RevisionNotice.objects.select_related("revision", "partner")
        notice = rows.filter(pk=notice_id, revision__status__in=TOLD).first()
        if notice is None:
            return 0
        members = Membership.objects.filter(
            partner_id=notice.partner_id, valid_during__contains=notice.announced_on
        ).values("user_id")
        facts = {
            "notice": notice,
            "revision": notice.revision,
            "waits": notice.consent == ConsentState.PENDING,
            "link": mails.address(f"/portal/new-prices/{notice.pk}/"),
        }
        people = User.objects.filter(pk__in=members, is_active=True).order_by("pk")
        return sum(mails.send(user=user, template="prices_announced", **facts) for user in people)

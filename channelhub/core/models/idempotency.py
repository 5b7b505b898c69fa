from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass


class IdempotentAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, so that its repetition gets the same answer.

    Written in the transaction of the effect: no answer without effect, no effect without answer. ``fingerprint``
    covers method, path and body. Of a bulk request the receipt is kept, with its batch's number, never its rows. Kept
    for seven days.
    """

    fence = FenceClass.STAFF

    user = models.ForeignKey("core.User", models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    body = models.TextField(_("body"))  # JSON as it was sent: jsonb orders keys anew
    answered_at = models.DateTimeField(_("answered at"), db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="core_idempotent_answer_one_per_user_and_key"),
        ]

    def __str__(self):
        return f"{self.user_id} {self.key}"

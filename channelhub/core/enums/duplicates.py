from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DuplicateDecision(TextChoices):
    """What a person said of a suspected pair."""

    SAME = "same", _("the same")
    DIFFERENT = "different", _("different")

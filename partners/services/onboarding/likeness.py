"""Whether an applicant is a partner already, under this or another spelling, and a person's word on it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from channelhub.core.models import User
from channelhub.core.services import comments
from channelhub.core.services.duplicates.finding import Match
from channelhub.core.services.duplicates.pairs import steps_as_data
from channelhub.core.services.fence import unfenced
from partners.errors import NothingChanges
from partners.models import Partner, PartnerApplication
from partners.rules import company_numbers
from partners.services import duplicates
from partners.services.duplicate_words import step_rows
from partners.services.onboarding import applications


def valid_number(application: PartnerApplication) -> str:
    """The company number as far as it is one of its country; empty: it is none, and is not compared."""
    if not application.company_number:
        return ""
    _scheme, verdict = company_numbers.guess(application.country, application.company_number)
    return application.company_number if verdict.valid else ""


def like(application: PartnerApplication) -> list[Match]:
    """The partners that the applicant may be, the likest first; itself and those said to be others are left out."""
    itself = [application.partner_id] if application.partner_id else []
    return duplicates.like(
        number=valid_number(application),
        name=application.company,
        name_en=application.company_en,
        country=application.country,
        address=application.address,
        phone=application.phone,
        without=[*application.apart_from, *itself],
    )


def shown(application: PartnerApplication, user: User) -> list[tuple[Partner | None, float, list[Any]]]:
    """Each likeness with its points and evidence; of a partner that the person may not see only that there is one."""
    matches = like(application)
    partners = Partner.objects.visible_to(user).in_bulk([match.record_id for match in matches])
    return [(partners.get(match.record_id), match.score, step_rows(steps_as_data(match.verdict))) for match in matches]


def set_apart(*, application: PartnerApplication, by: User, at: datetime) -> PartnerApplication:
    """Say that the applicant is none of the partners that are like it now; it stays on the application's thread."""
    with unfenced():
        held = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
        found = [match.record_id for match in like(held)]
        if not found:
            raise NothingChanges(_("No partner is like this applicant."))
        held.apart_from = [*held.apart_from, *found]
        held.save()
        names = ", ".join(str(partner) for partner in Partner.objects.filter(pk__in=found).order_by("pk"))
        said = _("Another company than: %(names)s") % {"names": names}
        comments.add_comment(record=applications.case_of(held) or held, author=by, body=said, at=at)
        return held

"""What is asked about certificates and exams in the portal, and the download of certificates."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.selectors.names import name_of
from channelhub.core.services.exports import Column, ExportKind
from channelhub.lib.periods import business_day
from partners.enums import Certified
from partners.models import Certificate
from partners.services import academy

STATES = (
    ("", _("All")),
    ("valid", _("Valid")),
    ("expired", _("Expired")),
    ("withdrawn", _("Withdrawn")),
)


class AcademyFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)


class CertificateFilter(forms.Form):
    """Which certificates are shown: number, holder or programme; who is certified; what they are worth today."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    certified = forms.ChoiceField(label=_("Who"), required=False, choices=[("", _("All")), *Certified.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def narrow(self, rows):
        data = self.cleaned_data
        for word in data.get("q", "").split():
            here = Q(number__icontains=word) | Q(person__icontains=word) | Q(shop_name__icontains=word)
            named = Q(level__programme__name__icontains=word) | Q(level__programme__name_en__icontains=word)
            rows = rows.filter(here | named)
        if data.get("certified"):
            rows = rows.filter(certified=data["certified"])
        today = business_day(timezone.now())
        states = {
            "valid": Q(withdrawn_at__isnull=True, valid_during__contains=today),
            "expired": Q(withdrawn_at__isnull=True, valid_during__endswith__lte=today),
            "withdrawn": Q(withdrawn_at__isnull=False),
        }
        return rows.filter(states[data["state"]]) if data.get("state") else rows


def answers_of(attempt, data):
    """What a page of an exam says: question → chosen options; only the questions of the try, only numbers."""
    answers = {}
    for question in attempt.drawn:
        key = str(question["question"])
        chosen = [value for value in data.getlist(f"q{key}") if value.isascii() and value.isdigit() and len(value) < 19]
        if chosen:
            answers[key] = [int(value) for value in chosen]
        elif f"has-q{key}" in data:
            answers[key] = []
    return answers


def _clean(data):
    form = CertificateFilter(data)
    if not form.is_valid():
        raise ExportFilterUnknown(
            gettext("These filters cannot be read: %(fields)s") % {"fields": ", ".join(form.errors)}
        )
    return {name: str(value) for name, value in form.cleaned_data.items() if value}


def _rows(user, params):
    form = CertificateFilter(params)
    form.is_valid()
    found = form.narrow(Certificate.objects.visible_to(user)).order_by("-issued_at", "-pk")
    return [
        (
            row.certificate.number,
            row.certificate.get_certified_display(),
            row.certificate.person or row.certificate.shop_name or name_of(row.certificate.partner),
            row.certificate.shop_address,
            name_of(row.certificate.level.programme),
            name_of(row.certificate.level),
            row.certificate.valid_during.lower,
            row.last,
            row.standing,
        )
        for row in academy.certificates(list(found), on=business_day(timezone.now()))
    ]


CERTIFICATES = ExportKind(
    code="certificates",
    title=_("Certificates"),
    columns=(
        Column(_("Number"), "number", is_text=True),
        Column(_("Who"), "certified", is_text=True),
        Column(_("Name"), "name", is_text=True),
        Column(_("Address"), "address", is_text=True),
        Column(_("Programme"), "programme", is_text=True),
        Column(_("Level"), "level", is_text=True),
        Column(_("First day"), "first_day"),
        Column(_("Last day"), "last_day"),
        Column(_("State"), "state", is_text=True),
    ),
    rows=_rows,
    clean=_clean,
)

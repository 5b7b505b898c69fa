"""What a manager does about certificates from a partner's own page."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from channelhub.core.admin import actions
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from partners.forms.certificates import IssueForm
from partners.rules.certification import last_day_of
from partners.services import certification
from partners.services.certification import Grounds


class CertificateActions:
    """Mixed into the partners' form: certify a person, a shop, or the partner itself."""

    @action(description=gettext_lazy("Certify"), icon="verified", permissions=["partners.add_certificate"])
    def certify(self, request, object_id):
        partner = self.get_object_or_deny(request, object_id)

        def preview(data):
            level = data["level"]
            facts = [
                (_("programme"), f"{name_of(level.programme)} · {name_of(level)}"),
                (_("who"), data["person"].name if data["person"] else data["shop_name"] or partner.name),
                (_("valid until"), formats.day_text(last_day_of(data["first"], level.validity_months))),
            ]
            facts += [(_("what is audited"), level.programme.audited)] if level.programme.audited else []
            return Preview(facts=facts, button=_("Issue the certificate"))

        def act(data):
            row = certification.issue(
                level=data["level"],
                partner=partner,
                holder=IssueForm.holder_of(data),
                first=data["first"],
                at=timezone.now(),
                grounds=Grounds(by=request.user, audit=data["audit"]),
            )
            return _("Certificate %(number)s is issued; the partner is told.") % {"number": row.number}

        page = ActionPage(
            title=_("Certify"),
            form=IssueForm,
            form_options={"partner": partner},
            preview=preview,
            act=act,
            back=reverse("admin:partners_partner_change", args=[partner.pk]),
        )
        return actions.answer(self, request, partner, page)

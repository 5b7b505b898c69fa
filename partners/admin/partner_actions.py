"""What a manager does with a partner: each action shows old → new before it calls its service."""

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.scope import visible
from channelhub.core.templatetags.figures import name_of
from partners.forms import partners as forms
from partners.models import Partner
from partners.services import authorisations, details, people, placements, tiers
from partners.services.authorisations import Limits

MAY_CHANGE = ["partners.change_partner"]


def _name(record):
    return str(record) if record else _("nobody")


def _until(day):
    return _("for good") if day is None else _("until before %(day)s, the next planned change") % {"day": day}


def move_preview(partner, data):
    """Old → new of a move, whom it takes along, what is planned after it, and whether it would close a circle."""
    seen = placements.preview_move(partner=partner, parent=data["parent"], first_day=data["first_day"])
    warnings = [str(effect.code) for effect in seen.effects] if seen.effects else []
    if seen.circle_on:
        warnings.append(
            _("The new parent stands under this partner on %(day)s: this would be a circle and is refused.")
            % {"day": seen.circle_on},
        )
    taken = len(seen.subtree) - 1
    facts = [
        (_("from"), str(seen.first_day)),
        (_("lasts"), _until(seen.until)),
        (_("takes along"), ngettext("%(count)d partner", "%(count)d partners", taken) % {"count": taken}),
    ]
    facts += [(_("planned later"), f"{stretch.first_day}: {_name(stretch.parent)}") for stretch in seen.planned]
    return Preview(
        changes=[(_("stands under"), _name(seen.old_parent), _name(seen.new_parent))],
        facts=facts,
        warnings=warnings,
        refused=seen.circle_on is not None,
        button=_("Move %(partner)s from %(day)s") % {"partner": partner.name, "day": seen.first_day},
    )


def _limits(data):
    return Limits(data["territory"], data["product_line"], data["sales_channel"])


def authorise_preview(partner, data):
    """What the partner may sell from then on, whom it overlaps, and whose exclusivity forbids it."""
    rivals = authorisations.overlaps(limits=_limits(data), valid_during=data["valid_during"], apart_from=partner)
    exclusive = [rival for rival in rivals if rival.exclusive and data["exclusive"]]
    shown = [str(part) for part in (data["territory"], data["product_line"], data["sales_channel"]) if part]
    facts = [(_("period"), cells.period(data["valid_during"]))]
    for rival in rivals[:20]:
        text = f"{rival.partner.name}: {cells.period(rival.valid_during)}"
        facts.append((_("overlaps"), f"{text} ({_('exclusive')})" if rival.exclusive else text))
    return Preview(
        changes=[(_("may sell"), "–", ", ".join(shown) or _("everything, everywhere"))],
        facts=facts,
        warnings=[
            _("%(partner)s is exclusive here: this will be refused.") % {"partner": rival.partner.name}
            for rival in exclusive
        ],
        refused=bool(exclusive),
        button=_("Authorise %(partner)s") % {"partner": partner.name},
    )


class PartnerActions:
    """Mixed into the partners' list and form."""

    actions_detail = (
        "move",
        "authorise",
        "invite",
        {
            "title": gettext_lazy("More"),
            "items": [
                "change_home",
                "change_types",
                "change_tier",
                "draft_contract",
                "ask_for_deposit",
                "certify",
                "suspend",
                "resume",
            ],
        },
        {
            "title": gettext_lazy("Record"),
            "items": ["add_number", "add_address", "add_contact", "add_account", "add_invoice", "add_licence"],
        },
    )

    def _answer(self, request, object_id, **page):
        partner = self.get_object_or_deny(request, object_id)
        back = reverse("admin:partners_partner_change", args=[partner.pk])
        made = {
            name: (value(partner) if callable(value) and name == "initial" else value) for name, value in page.items()
        }
        for name in ("preview", "act"):
            if name in made:
                made[name] = _bound(made[name], partner)
        return actions.answer(self, request, partner, ActionPage(back=back, **made))

    @action(description=gettext_lazy("Move"), icon="account_tree", permissions=MAY_CHANGE)
    def move(self, request, object_id):
        def act(partner, data):
            placements.move_partner(partner=partner, at=timezone.now(), **data)
            return _("%(partner)s stands under %(parent)s from %(day)s on.") % {
                "partner": partner.name,
                "parent": _name(data["parent"]),
                "day": data["first_day"],
            }

        return self._answer(
            request,
            object_id,
            title=_("Move"),
            form=forms.MoveForm,
            form_options={"partners": visible(Partner, request)},
            preview=move_preview,
            act=act,
        )

    @action(description=gettext_lazy("Authorise"), icon="verified", permissions=["partners.add_authorisation"])
    def authorise(self, request, object_id):
        def act(partner, data):
            authorisations.grant_authorisation(
                partner=partner,
                valid_during=data["valid_during"],
                limits=_limits(data),
                exclusive=data["exclusive"],
                at=timezone.now(),
            )
            return _("%(partner)s is authorised.") % {"partner": partner.name}

        return self._answer(
            request, object_id, title=_("Authorise"), form=forms.AuthoriseForm, preview=authorise_preview, act=act
        )

    @action(description=gettext_lazy("Invite"), icon="person_add", permissions=["partners.add_membership"])
    def invite(self, request, object_id):
        def act(partner, data):
            people.join_partner(
                partner=partner,
                email=data["email"],
                name=data["name"],
                role=data["role"],
                valid_during=data["valid_during"],
                at=timezone.now(),
            )
            return _("%(name)s acts for %(partner)s; a letter with the way in is sent.") % {
                "name": data["name"],
                "partner": partner.name,
            }

        return self._answer(
            request, object_id, title=_("Invite a person"), form=forms.InviteForm, act=act, button=_("Invite")
        )

    @action(description=gettext_lazy("Change home territory"), icon="map", permissions=MAY_CHANGE)
    def change_home(self, request, object_id):
        def preview(partner, data):
            rows = partner.home_territories.filter(valid_during__contains=data["first_day"]).select_related("territory")
            old = rows.first()
            return Preview(
                changes=[(_("home territory"), str(old.territory) if old else "–", str(data["territory"]))],
                facts=[(_("from"), str(data["first_day"]))],
                button=_("Change the home territory from %(day)s") % {"day": data["first_day"]},
            )

        def act(partner, data):
            details.change_home(partner=partner, **data)
            return _("The home territory changes on %(day)s.") % {"day": data["first_day"]}

        return self._answer(
            request, object_id, title=_("Change home territory"), form=forms.HomeForm, preview=preview, act=act
        )

    @action(description=gettext_lazy("Change types"), icon="category", permissions=MAY_CHANGE)
    def change_types(self, request, object_id):
        def names(kinds):
            return ", ".join(sorted(name_of(kind) for kind in kinds)) or "–"

        def running(partner, day):
            rows = partner.type_assignments.filter(valid_during__contains=day).select_related("type")
            return [row.type for row in rows]

        def preview(partner, data):
            old = running(partner, data["first_day"])
            return Preview(
                changes=[(_("types"), names(old), names(data["types"]))],
                facts=[(_("from"), str(data["first_day"]))],
                button=_("Change the types from %(day)s") % {"day": data["first_day"]},
            )

        def act(partner, data):
            details.set_types(partner=partner, **data)
            return _("The types change on %(day)s.") % {"day": data["first_day"]}

        return self._answer(
            request,
            object_id,
            title=_("Change types"),
            form=forms.TypesForm,
            initial=lambda partner: {"types": running(partner, forms.today())},
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("Change tier"), icon="military_tech", permissions=MAY_CHANGE)
    def change_tier(self, request, object_id):
        def running(partner, day):
            row = partner.tier_assignments.filter(valid_during__contains=day).select_related("tier").first()
            return row and row.tier

        def preview(partner, data):
            old = running(partner, data["first_day"])
            return Preview(
                changes=[(_("tier"), name_of(old) if old else "–", name_of(data["tier"]) if data["tier"] else "–")],
                facts=[(_("from"), str(data["first_day"]))],
                button=_("Change the tier from %(day)s") % {"day": data["first_day"]},
            )

        def act(partner, data):
            tiers.change_tier(partner=partner, at=timezone.now(), **data)
            return _("The tier changes on %(day)s.") % {"day": data["first_day"]}

        return self._answer(
            request,
            object_id,
            title=_("Change tier"),
            form=forms.TierForm,
            initial=lambda partner: {"tier": running(partner, forms.today())},
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("Suspend"), icon="block", permissions=MAY_CHANGE)
    def suspend(self, request, object_id):
        def act(partner, data):
            details.suspend(partner=partner, reason=data["reason"], at=timezone.now())
            return _("%(partner)s is suspended.") % {"partner": partner.name}

        return self._answer(
            request,
            object_id,
            title=_("Suspend"),
            hint=_("A suspended partner goes on reading its own figures but acts no more."),
            form=forms.SuspendForm,
            act=act,
            button=_("Suspend the partner"),
        )

    @action(description=gettext_lazy("End the suspension"), icon="play_circle", permissions=MAY_CHANGE)
    def resume(self, request, object_id):
        def act(partner, _data):
            details.resume(partner=partner)
            return _("%(partner)s is active again.") % {"partner": partner.name}

        return self._answer(
            request,
            object_id,
            title=_("End the suspension"),
            form=forms.Nothing,
            act=act,
            button=_("End the suspension"),
        )

    def _add(self, request, object_id, model):
        """The form of a new part of the record, with this partner chosen."""
        partner = self.get_object_or_deny(request, object_id)
        return HttpResponseRedirect(f"{reverse(f'admin:partners_{model}_add')}?partner={partner.pk}")

    @action(description=gettext_lazy("Company number"), icon="tag", permissions=["partners.add_companynumber"])
    def add_number(self, request, object_id):
        return self._add(request, object_id, "companynumber")

    @action(description=gettext_lazy("Address"), icon="home_pin", permissions=["partners.add_partneraddress"])
    def add_address(self, request, object_id):
        return self._add(request, object_id, "partneraddress")

    @action(description=gettext_lazy("Contact"), icon="contact_page", permissions=["partners.add_partnercontact"])
    def add_contact(self, request, object_id):
        return self._add(request, object_id, "partnercontact")

    @action(description=gettext_lazy("Bank account"), icon="account_balance", permissions=["partners.add_bankaccount"])
    def add_account(self, request, object_id):
        return self._add(request, object_id, "bankaccount")

    @action(description=gettext_lazy("Invoice details"), icon="receipt", permissions=["partners.add_invoicedetails"])
    def add_invoice(self, request, object_id):
        return self._add(request, object_id, "invoicedetails")

    @action(description=gettext_lazy("Licence"), icon="workspace_premium", permissions=["partners.add_licence"])
    def add_licence(self, request, object_id):
        return self._add(request, object_id, "licence")


def _bound(function, partner):
    return lambda data: function(partner, data)

from decimal import Decimal

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ReadOnlyInline
from channelhub.core.admin.scope import visible
from channelhub.lib import formats
from channelhub.lib.periods import business_day
from partners.models import Partner
from pricing.admin.limits import LimitAction
from pricing.admin.price_lists import known_state
from pricing.enums import PromotionEffect
from pricing.forms import prices as forms
from pricing.models import Promotion, PromotionAudience, PromotionItem, PromotionTerms
from pricing.services import promotions
from pricing.services.promotions import PromotionWords
from pricing.templatetags.prices import exact_money

MAY_CHANGE = ["pricing.change_promotion"]
HERE = "admin:pricing_promotion_change"
WORDS = ("code", "name", "name_en", "category")


def effect_text(terms):
    """What a promotion does, in figures."""
    if terms.effect == PromotionEffect.UNIT_PRICE:
        text = exact_money(terms.value, terms.currency)
    else:
        text = f"{formats.percent_text(terms.value)} · {PromotionEffect(terms.effect).label}"
    return f"{text} + {formats.percent_text(terms.line_discount)}" if terms.line_discount else text


def quantities_text(terms):
    """From which quantity to which."""
    most = "" if terms.max_quantity is None else formats.quantity_text(terms.max_quantity)
    return f"{formats.quantity_text(terms.min_quantity)} – {most}".strip()


def days_text(terms):
    return f"{terms.valid_from} – {terms.valid_through or ''}".strip()


class TermsInline(ReadOnlyInline):
    model = PromotionTerms
    fields = readonly_fields = ("days", "quantities", "does", "state", "recorded")
    ordering = ("-known_from",)
    verbose_name_plural = gettext_lazy("Terms")

    @display(description=gettext_lazy("days"))
    def days(self, terms):
        return days_text(terms)

    @display(description=gettext_lazy("quantities"))
    def quantities(self, terms):
        return quantities_text(terms)

    @display(description=gettext_lazy("effect"))
    def does(self, terms):
        return effect_text(terms)

    @display(description=gettext_lazy("state"))
    def state(self, terms):
        return known_state(terms, ended=False)

    @display(description=gettext_lazy("recorded"))
    def recorded(self, terms):
        return cells.instant(terms.known_from)


class ItemInline(ReadOnlyInline):
    model = PromotionItem
    fields = readonly_fields = ("product", "product_line", "state")
    verbose_name_plural = gettext_lazy("Products")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "product_line")

    @display(description=gettext_lazy("state"))
    def state(self, item):
        return known_state(item, ended=False)


class AudienceInline(ReadOnlyInline):
    model = PromotionAudience
    fields = readonly_fields = ("target_kind", "whom", "state")
    verbose_name_plural = gettext_lazy("For whom")

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("partner", "tier", "type", "territory")
        return rows.filter(partner=None) | rows.filter(partner__in=visible(Partner, request))

    @display(description=gettext_lazy("whom"))
    def whom(self, audience):
        return str(audience.target or formats.NO_DATA)

    @display(description=gettext_lazy("state"))
    def state(self, audience):
        return known_state(audience, ended=False)


@admin.register(Promotion)
class PromotionAdmin(LimitAction, AppendOnlyAdmin):
    """Promotions: which run, for how much, for whom; the best one applies, they never add up."""

    list_display = ("code", "name", "name_en", "category", "days", "quantities", "does", "state")
    on_phones = ("name", "days", "does", "state")
    list_filter = ("category",)
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = (("code", "category"), ("name", "name_en"))
    inlines = (TermsInline, ItemInline, AudienceInline)
    actions_list = ("new",)
    actions_detail = ("set_terms", "add_items", "offer", "set_limit")
    export_fields = ("code", "name", "name_en", "category")
    empty_hint = gettext_lazy("Press “New promotion”, or import promotions.")

    def decorate(self, rows, request):
        """The known terms of each, for the page at once."""
        known = {
            terms.promotion_id: terms for terms in PromotionTerms.objects.filter(promotion__in=rows, known_until=None)
        }
        for row in rows:
            row.known_terms = known.get(row.pk)

    @display(description=gettext_lazy("days"))
    def days(self, promotion):
        return days_text(promotion.known_terms) if promotion.known_terms else formats.NO_DATA

    @display(description=gettext_lazy("quantities"))
    def quantities(self, promotion):
        return quantities_text(promotion.known_terms) if promotion.known_terms else formats.NO_DATA

    @display(description=gettext_lazy("effect"))
    def does(self, promotion):
        return effect_text(promotion.known_terms) if promotion.known_terms else formats.NO_DATA

    @display(description=gettext_lazy("state"))
    def state(self, promotion):
        terms, today = promotion.known_terms, business_day(timezone.now())
        if terms is None or terms.valid_from > today:
            return cells.label(_("planned"), "blue")
        if terms.valid_through and terms.valid_through < today:
            return cells.label(_("ended"))
        return cells.label(_("runs"), "green")

    def _answer(self, request, promotion, **page):
        return actions.answer(self, request, promotion, ActionPage(back=reverse(HERE, args=[promotion.pk]), **page))

    @action(description=gettext_lazy("New promotion"), icon="add", permissions=["pricing.add_promotion"])
    def new(self, request):
        made = {}

        def act(data):
            words = PromotionWords(**{name: data[name] for name in WORDS})
            made["pk"] = promotions.create_promotion(words=words, terms=forms.terms_of(data), at=timezone.now()).pk
            return _("The promotion is made; name its products and for whom it is.")

        page = ActionPage(
            title=_("New promotion"),
            form=forms.PromotionForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse(HERE, args=[made["pk"]])),
            back=reverse("admin:pricing_promotion_changelist"),
            button=_("Make the promotion"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("New terms"), icon="tune", permissions=MAY_CHANGE)
    def set_terms(self, request, object_id):
        promotion = self.get_object_or_deny(request, object_id)
        known = promotion.terms.filter(known_until=None).first()

        def preview(data):
            new = forms.terms_of(data)
            was = (days_text(known), quantities_text(known), effect_text(known)) if known else ("–",) * 3
            names = (_("days"), _("quantities"), _("effect"))
            says = (days_text(new), quantities_text(new), effect_text(new))
            return Preview(changes=list(zip(names, was, says, strict=True)), button=_("Record the terms"))

        def act(data):
            promotions.set_terms(promotion=promotion, terms=forms.terms_of(data), at=timezone.now())
            return _("The terms are recorded; past answers stay as they were.")

        initial = {name: _as_written(getattr(known, name)) for name in forms.TermsForm.base_fields} if known else {}
        return self._answer(
            request,
            promotion,
            title=_("New terms"),
            form=forms.TermsForm,
            initial=initial,
            preview=preview,
            act=act,
        )

    @action(description=gettext_lazy("Add products"), icon="add_box", permissions=MAY_CHANGE)
    def add_items(self, request, object_id):
        promotion = self.get_object_or_deny(request, object_id)

        def act(data):
            item = data["product"] or data["product_line"]
            promotions.add_items(promotion=promotion, items=[item], at=timezone.now())
            return _("The promotion is for %(item)s too.") % {"item": item}

        return self._answer(request, promotion, title=_("Add products"), form=forms.ItemsForm, act=act)

    @action(description=gettext_lazy("Set a limit"), icon="speed", permissions=MAY_CHANGE)
    def set_limit(self, request, object_id):
        promotion = self.get_object_or_deny(request, object_id)
        return self.answer_limit(request, promotion, reverse(HERE, args=[promotion.pk]))

    @action(description=gettext_lazy("Offer to"), icon="group_add", permissions=MAY_CHANGE)
    def offer(self, request, object_id):
        promotion = self.get_object_or_deny(request, object_id)

        def act(data):
            promotions.offer_to(
                promotion=promotion,
                target_kind=data["target_kind"],
                target=forms.target_of(data),
                at=timezone.now(),
            )
            return _("The promotion is offered.")

        return self._answer(
            request,
            promotion,
            title=_("Offer to"),
            form=forms.TargetForm,
            form_options={"partners": visible(Partner, request)},
            act=act,
        )


def _as_written(value):
    """A decimal as people write it: 0.1, not 0.100000."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value

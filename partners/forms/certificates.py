"""What is asked in the admin when somebody is certified, a certificate renewed or withdrawn, a document attached."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from channelhub.core.templatetags.figures import name_of
from channelhub.lib.periods import business_day
from partners.models import CertificationLevel, Course, CourseMaterial, Membership
from partners.services.certification import Holder


def today():
    return business_day(timezone.now())


def _text(label, *, longest=200, **options):
    return forms.CharField(label=label, max_length=longest, widget=UnfoldAdminTextInputWidget, **options)


class LevelChoice(forms.ModelChoiceField):
    def label_from_instance(self, level):
        return f"{name_of(level.programme)} · {name_of(level)} ({level.programme.get_certified_display()})"


class CourseChoice(forms.ModelChoiceField):
    def label_from_instance(self, course):
        return f"{name_of(course.level.programme)} · {name_of(course.level)} · {name_of(course)}"


class NamedChoices:
    """Mixed into an admin: a level or a course is chosen by its programme's name, not by its key."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "level":
            kwargs |= {"form_class": LevelChoice, "queryset": CertificationLevel.objects.select_related("programme")}
        if db_field.name == "course":
            kwargs |= {"form_class": CourseChoice, "queryset": Course.objects.select_related("level__programme")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return f"{member.name} · {member.email}"


class IssueForm(forms.Form):
    """Who of a partner is certified for what, from which day on."""

    level = LevelChoice(
        CertificationLevel.objects.none(), label=_("certification level"), widget=UnfoldAdminSelectWidget
    )
    person = PersonChoice(
        Membership.objects.none(),
        label=_("person"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("For programmes that certify people."),
    )
    shop_name = _text(_("shop"), required=False, help_text=_("For programmes that certify shops."))
    shop_address = _text(_("shop's address"), required=False, longest=300)
    first = forms.DateField(label=_("valid from"), initial=today, widget=UnfoldAdminSingleDateWidget)
    audit = forms.CharField(label=_("what the audit found"), required=False, widget=UnfoldAdminTextareaWidget)

    def __init__(self, *args, partner, **kwargs):
        super().__init__(*args, **kwargs)
        levels = CertificationLevel.objects.filter(programme__is_open=True).select_related("programme")
        self.fields["level"].queryset = levels.order_by("programme__code", "rank")
        members = Membership.objects.filter(partner=partner, valid_during__contains=today())
        self.fields["person"].queryset = members.select_related("user").order_by("name")

    @staticmethod
    def holder_of(data):
        member = data["person"]
        return Holder(member.user if member else None, data["shop_name"], data["shop_address"])


class RenewForm(forms.Form):
    """From which day on it goes on."""

    first = forms.DateField(label=_("valid from"), initial=today, widget=UnfoldAdminSingleDateWidget)
    audit = forms.CharField(label=_("what the audit found"), required=False, widget=UnfoldAdminTextareaWidget)


class WhyForm(forms.Form):
    reason = _text(_("reason"), longest=300)


class MaterialForm(forms.ModelForm):
    """A video or a page of a course; documents are attached by their own action."""

    url = forms.URLField(
        label=_("address"), required=False, max_length=500, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )

    class Meta:
        model = CourseMaterial
        fields = ("position", "kind", "name", "name_en", "url")


class DocumentForm(forms.Form):
    """A document of a course."""

    name = _text(_("name"), longest=120)
    name_en = _text(_("name in English"), longest=120, required=False)
    file = forms.FileField(label=_("file"), widget=UnfoldAdminFileFieldWidget)

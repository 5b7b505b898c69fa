from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from channelhub.core.enums.imports import Conversion, Sign
from channelhub.core.models import Feed, LookupTable, MappingProfile
from channelhub.core.services.importers import every_importer


class UploadForm(forms.Form):
    profile = forms.ModelChoiceField(
        MappingProfile.objects.order_by("name"),
        label=_("mapping profile"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Says what the file brings in and what its columns mean; you see and change it in the next step."),
    )
    file = forms.FileField(
        label=_("file"), widget=UnfoldAdminFileFieldWidget, help_text=_("CSV or XLSX, first row: names.")
    )


class ProfileForm(forms.Form):
    code = forms.SlugField(label=_("code"), max_length=60, widget=UnfoldAdminTextInputWidget)
    name = forms.CharField(label=_("name"), max_length=120, widget=UnfoldAdminTextInputWidget)
    importer_name = forms.ChoiceField(label=_("what it brings in"), widget=UnfoldAdminSelectWidget)
    feed = forms.ModelChoiceField(
        Feed.objects.order_by("code"),
        label=_("feed"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("The source the records come from. Empty: a feed of its own."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["importer_name"].choices = [(way_in.name, way_in.label) for way_in in every_importer()]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if MappingProfile.objects.filter(code=code).exists() or Feed.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is in use."))
        return code


class LookupForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=60, widget=UnfoldAdminTextInputWidget)
    key_column = forms.CharField(label=_("column with the key"), max_length=120, widget=UnfoldAdminTextInputWidget)
    value_column = forms.CharField(label=_("column with the value"), max_length=120, widget=UnfoldAdminTextInputWidget)
    file = forms.FileField(label=_("file"), widget=UnfoldAdminFileFieldWidget)


class FieldForm(forms.Form):
    """Where one field of the importer comes from."""

    columns = forms.MultipleChoiceField(label=_("columns"), required=False, widget=UnfoldAdminSelect2MultipleWidget)
    separator = forms.CharField(
        label=_("between columns"), max_length=10, required=False, strip=False, widget=UnfoldAdminTextInputWidget
    )
    prefix = forms.CharField(
        label=_("put before"), max_length=60, required=False, strip=False, widget=UnfoldAdminTextInputWidget
    )
    lookup = forms.ModelChoiceField(
        LookupTable.objects.none(), label=_("look up in"), required=False, widget=UnfoldAdminSelectWidget
    )
    then_lookup = forms.ModelChoiceField(
        LookupTable.objects.none(), label=_("then look up in"), required=False, widget=UnfoldAdminSelectWidget
    )
    conversion = forms.ChoiceField(label=_("conversion"), choices=Conversion, widget=UnfoldAdminSelectWidget)
    factor = forms.DecimalField(
        label=_("multiplied by"),
        max_digits=19,
        decimal_places=9,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    sign = forms.ChoiceField(label=_("sign"), choices=Sign, widget=UnfoldAdminSelectWidget)
    default = forms.CharField(label=_("otherwise"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args, columns, lookups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [(column, column) for column in columns]
        for name in ("lookup", "then_lookup"):
            self.fields[name].queryset = lookups

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("then_lookup") and not cleaned.get("lookup"):
            self.add_error("then_lookup", _("A second lookup follows a first."))
        return cleaned

from django import forms
from django.utils.translation import gettext_lazy as _

from channelhub.core.templatetags.figures import name_of


class RoleForm(forms.Form):
    """As what a person acts; the roles are those of dealers."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.roles = {role.code: role for role in roles}
        self.fields["role"].choices = [(role.code, name_of(role)) for role in roles]

    def clean_role(self):
        return self.roles[self.cleaned_data["role"]]


class InviteForm(RoleForm):
    """Who is let in: the letter goes to the address."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    field_order = ("name", "email", "role")

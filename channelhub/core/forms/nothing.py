from django import forms


class Nothing(forms.Form):
    """Only a button."""

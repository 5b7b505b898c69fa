import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from channelhub.core.enums.workflow import FactKind, Operator, Party, StepKind
from channelhub.core.models import Role, User
from channelhub.core.selectors.names import name_of
from channelhub.core.services.workflow import registry

ARGUMENT = re.compile(r"^\s*(\w+)\s*=\s*(.+?)\s*$")
FREE_ROWS = 1


def role_choices(kind=None):
    """Roles as people choose them."""
    rows = Role.objects.order_by("kind", "code")
    return [(role.code, name_of(role)) for role in (rows.filter(kind=kind) if kind else rows)]


def fact_names(version):
    """Every fact of a version with what people call it."""
    known = registry.process(version.definition.process).facts
    return {name: str(fact.label) for name, fact in known.items()} | {name: name for name in version.facts}


class DefinitionForm(forms.Form):
    code = forms.SlugField(label=gettext_lazy("code"), max_length=60, widget=UnfoldAdminTextInputWidget)
    name = forms.CharField(label=gettext_lazy("name"), max_length=120, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(
        label=gettext_lazy("name in English"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )
    process = forms.ChoiceField(label=gettext_lazy("what it is for"), widget=UnfoldAdminSelectWidget)
    shown_to_partner = forms.BooleanField(
        label=gettext_lazy("partners see their cases"),
        required=False,
        help_text=gettext_lazy("Needed where a step waits for the partner."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["process"].choices = [(process.code, process.label) for process in registry.every_process()]


class HeadForm(forms.Form):
    """What holds for the whole draft: the currency of its limits, and facts beside those of the process."""

    currency = forms.RegexField(r"^[A-Z]{3}$", label=gettext_lazy("currency of limits"))
    facts = forms.CharField(
        label=gettext_lazy("further facts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One a line: name = number, text, date or flag."),
    )

    def clean_facts(self):
        facts = _pairs(self.cleaned_data["facts"])
        for name, kind in facts.items():
            if kind not in FactKind.values:
                raise forms.ValidationError(_("“%(name)s” is number, text, date or flag.") % {"name": name})
        return facts


def _pairs(text):
    pairs = {}
    for line in text.splitlines():
        if line.strip():
            match = ARGUMENT.match(line)
            if match is None:
                raise forms.ValidationError(_("“%(line)s” is not name = value.") % {"line": line.strip()})
            pairs[match[1]] = match[2]
    return pairs


class StepForm(forms.Form):
    """One step as a row: what, who, after what, until when; conditions and approvers are rows of their own."""

    code = forms.SlugField(max_length=60, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("name"), max_length=120, required=False)
    name_en = forms.CharField(label=gettext_lazy("name in English"), max_length=120, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=StepKind)
    party = forms.ChoiceField(label=gettext_lazy("waits for"), choices=Party)
    role = forms.ChoiceField(label=gettext_lazy("role"), required=False)
    after = forms.MultipleChoiceField(label=gettext_lazy("after"), required=False, widget=forms.CheckboxSelectMultiple)
    ends = forms.BooleanField(label=gettext_lazy("ends the case"), required=False)
    deadline_days = forms.IntegerField(label=gettext_lazy("working days"), required=False, min_value=0, max_value=999)
    escalate_to = forms.ChoiceField(label=gettext_lazy("then comes to"), required=False)
    amount_fact = forms.ChoiceField(label=gettext_lazy("amount"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("action"), required=False)
    arguments = forms.CharField(
        label=gettext_lazy("arguments"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    asks = forms.MultipleChoiceField(
        label=gettext_lazy("asks for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    unlocks = forms.CharField(label=gettext_lazy("unlocks"), required=False)
    back_to = forms.ChoiceField(label=gettext_lazy("refused: back to"), required=False)

    def __init__(self, *args, version, steps, **kwargs):
        super().__init__(*args, **kwargs)
        facts = list(fact_names(version).items())
        empty = [("", "–")]
        own = self.initial.get("code") or self._posted("code")
        others = [(step.code, step.name or step.code) for step in steps if step.code != own]
        choices = {
            "role": empty + role_choices(),
            "escalate_to": empty + role_choices(Role.Kind.STAFF),
            "after": others,
            "back_to": empty + others,
            "asks": facts,
            "amount_fact": empty + facts,
            "action": empty + [(action.name, action.label) for action in registry.every_action()],
        }
        for name, values in choices.items():
            self.fields[name].choices = values
        self.condition_rows = self._rows("c", ("fact", "op", "value"), [empty + facts, Operator.choices, None])
        self.band_rows = self._rows(
            "b", ("up_to", "role", "count"), [None, empty + role_choices(Role.Kind.STAFF), None]
        )
        for field in self.fields.values():
            if not isinstance(field.widget, (forms.CheckboxSelectMultiple, forms.CheckboxInput, forms.HiddenInput)):
                field.widget.attrs.setdefault("class", "ch-input")

    def _posted(self, name):
        return self.data.get(f"{self.prefix}-{name}", "") if self.is_bound else ""

    def _rows(self, letter, names, choices):
        """As many rows as there are, and one more to fill in."""
        key = {"c": "conditions", "b": "bands"}[letter]
        have = self.initial.get(key, [])
        number = len(have) + FREE_ROWS
        if self.is_bound:
            sent = [re.match(rf"{self.prefix}-{letter}(\d\d?)_", name) for name in self.data]
            number = 1 + max((int(match[1]) for match in sent if match), default=-1)
        for index in range(number):
            for name, options in zip(names, choices, strict=True):
                field = (
                    forms.CharField(required=False)
                    if options is None
                    else forms.ChoiceField(choices=options, required=False)
                )
                field.label = NAMES[name]
                if index < len(have):
                    field.initial = have[index].get(name)
                self.fields[f"{letter}{index}_{name}"] = field
        return [[self[f"{letter}{index}_{name}"] for name in names] for index in range(number)]

    def clean_arguments(self):
        return _pairs(self.cleaned_data["arguments"])

    def clean_unlocks(self):
        return [code for code in re.split(r"[\s,;]+", self.cleaned_data["unlocks"]) if code]

    def clean(self):
        cleaned = super().clean()
        cleaned["conditions"] = [row for row in self._filled("c", ("fact", "op", "value")) if row["fact"]]
        cleaned["bands"] = list(self._bands())
        return cleaned

    def _filled(self, letter, names):
        rows = self.condition_rows if letter == "c" else self.band_rows
        for index in range(len(rows)):
            yield {name: (self.cleaned_data.get(f"{letter}{index}_{name}") or "").strip() for name in names}

    def _bands(self):
        for index, row in enumerate(self._filled("b", ("up_to", "role", "count"))):
            if not (row["role"] or row["count"]):
                continue
            try:
                limit = str(Decimal(row["up_to"].replace(",", ""))) if row["up_to"] else None
                count = int(row["count"] or 1)
            except (InvalidOperation, ValueError):
                self.add_error(f"b{index}_up_to", _("A number, or nothing for “any amount”."))
                continue
            yield {"up_to": limit, "role": row["role"], "count": count}

    def as_step(self):
        """The row as the service takes it."""
        return {name: self.cleaned_data[name] for name in WRITTEN if name in self.cleaned_data}


NAMES = {
    "fact": gettext_lazy("fact"),
    "op": gettext_lazy("comparison"),
    "value": gettext_lazy("value"),
    "up_to": gettext_lazy("up to"),
    "role": gettext_lazy("role"),
    "count": gettext_lazy("persons"),
}
WRITTEN = (
    "code",
    "name",
    "name_en",
    "kind",
    "party",
    "role",
    "after",
    "ends",
    "deadline_days",
    "escalate_to",
    "amount_fact",
    "action",
    "arguments",
    "asks",
    "unlocks",
    "back_to",
    "conditions",
    "bands",
)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=1000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class PublishForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("what is new"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )


def fact_field(kind, label):
    """The input of a fact, as its kind is typed."""
    if kind == FactKind.DATE:
        return forms.DateField(label=label, widget=UnfoldAdminSingleDateWidget)
    if kind == FactKind.NUMBER:
        return forms.DecimalField(label=label, widget=UnfoldAdminTextInputWidget)
    if kind == FactKind.FLAG:
        return forms.ChoiceField(
            label=label,
            choices=[("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))],
            widget=UnfoldAdminSelectWidget,
        )
    return forms.CharField(label=label, max_length=500, widget=UnfoldAdminTextInputWidget)


class FactsForm(forms.Form):
    """The facts that a step or an opening asks for."""

    def __init__(self, *args, kinds, labels, with_subject=False, **kwargs):
        super().__init__(*args, **kwargs)
        if with_subject:
            self.fields["subject"] = forms.CharField(
                label=gettext_lazy("about"), max_length=200, widget=UnfoldAdminTextInputWidget
            )
        for name, kind in kinds.items():
            self.fields[f"fact_{name}"] = fact_field(kind, labels.get(name, name))

    @property
    def facts(self):
        return {
            name.removeprefix("fact_"): value for name, value in self.cleaned_data.items() if name.startswith("fact_")
        }


class AbsenceForm(forms.Form):
    """From when to when who decides instead."""

    to = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("decides instead"), widget=UnfoldAdminSelectWidget
    )
    first = forms.DateField(label=gettext_lazy("first day"), widget=UnfoldAdminSingleDateWidget)
    last = forms.DateField(label=gettext_lazy("last day"), widget=UnfoldAdminSingleDateWidget)
    role = forms.ChoiceField(
        label=gettext_lazy("only as"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Empty: in all your roles."),
    )
    note = forms.CharField(
        label=gettext_lazy("note"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        others = User.objects.filter(is_staff=True, is_active=True, is_machine=False).exclude(pk=user.pk)
        self.fields["to"].queryset = others.order_by("name", "email")
        self.fields["to"].label_from_instance = lambda person: person.get_full_name()
        held = user.roles.filter(kind=Role.Kind.STAFF).order_by("code")
        self.fields["role"].choices = [("", "–"), *((role.code, name_of(role)) for role in held)]

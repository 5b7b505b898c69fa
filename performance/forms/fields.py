"""Fields that people write as text: criteria and grades of a scorecard."""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget

from performance.enums import CurveShape, KpiCode

CRITERION = re.compile(r"^(\w+)\s+([\d.]+)\s+(?:(\d+)m\s+)?(?:(linear|steps)\s+)?(\S+:\S+(?:\s+\S+:\S+)*)$")


def _number(text):
    """1,000,000 or 95%."""
    plain = text.replace(",", "")
    number = Decimal(plain[:-1]) / 100 if plain.endswith("%") else Decimal(plain)
    if not number.is_finite():
        raise ValueError(f"no number: {text}")
    return number


class LinesField(forms.CharField):
    """Rows as people write them, one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 6})
    refusal = ""

    def to_python(self, value):
        return [self.read(line.strip()) for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def read(self, line):
        try:
            return self.parse(line)
        except (AttributeError, TypeError, ValueError, InvalidOperation) as error:
            raise forms.ValidationError(self.wrong(line)) from error


class CriteriaField(LinesField):
    """A KPI, its weight, over how many months, the curve: ``growth 30 3m linear -20%:0 0%:50 20%:100``."""

    def wrong(self, line):
        text = _("“%(line)s” is no criterion: write KPI, weight, months, curve and points, like %(example)s")
        return text % {"line": line, "example": "growth 30 3m linear -20%:0 20%:100"}

    def parse(self, line):
        kpi, weight, months, shape, points = CRITERION.match(line).groups()
        pairs = [point.split(":") for point in points.split()]
        curve = [(_number(x), _number(y)) for x, y in pairs]
        return KpiCode(kpi).value, Decimal(weight), int(months or 1), shape or CurveShape.LINEAR.value, curve


class GradesField(LinesField):
    """A letter and the score it is given from: ``A 85``."""

    def wrong(self, line):
        return _("“%(line)s” is no grade: write a letter and the score it is given from, like A 85") % {"line": line}

    def parse(self, line):
        letter, starts_at = line.split()
        return letter, _number(starts_at)

from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.functions import Coalesce

from channelhub.core.models.ranges import only

__all__ = ["Overlaps", "only", "span", "span_overlaps"]


def span(field: str) -> Func:
    """A tree path with all that lies under it; NULL: not limited, so everything."""
    return Func(Coalesce(F(field), Value("")), function="span", output_field=TextField())


class Overlaps(Func):
    """Whether two ranges have something in common; usable as a condition."""

    arg_joiner = " && "
    template = "(%(expressions)s)"
    output_field = BooleanField()


def span_overlaps(field: str, path: str | None) -> Func:
    """Whether a row's tree limit and another (NULL: not limited) have a node in common."""
    return Overlaps(span(field), Func(Value(path or ""), function="span", output_field=TextField()))

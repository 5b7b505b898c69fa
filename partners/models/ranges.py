from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.functions import Coalesce


def only(field: str) -> Func:
    """The range that holds just this id: lets an id take part in an exclusion without an extension."""
    return Func(F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


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

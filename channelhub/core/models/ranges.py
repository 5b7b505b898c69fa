from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import F, Func, Value


def only(field: str) -> Func:
    """The range that holds just this id: lets an id take part in an exclusion without an extension."""
    return Func(F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerRangeField())

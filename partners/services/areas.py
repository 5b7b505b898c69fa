"""Nodes of the reference trees: territories, product lines, sales channels. Added one after the other, never moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from channelhub.lib.locks import advisory_lock
from partners.errors import CodeTaken, NodeEnded
from partners.models.territories import Area

Node = TypeVar("Node", bound=Area)


@dataclass(frozen=True)
class AreaRow:
    """One node to be: its code, its name and its name in English."""

    code: str
    name: str
    name_en: str = ""


@transaction.atomic
def add_area(*, model: type[Node], row: AreaRow, parent: Node | None = None) -> Node:
    """Add one node under a parent (None: a root). Refused: a code in use, and a parent that has ended."""
    if parent is not None and parent.ends_on is not None:
        raise NodeEnded(_("This node has ended; add beneath its successor."))
    if not add_areas(model=model, rows=[row], parent=parent):
        raise CodeTaken(_("The code %(code)s is in use.") % {"code": row.code})
    return model.objects.get(code=row.code)


@transaction.atomic
def add_areas(*, model: type[Node], rows: Iterable[AreaRow], parent: Node | None = None) -> int:
    """Add those nodes under a parent (None: roots) whose code is not known yet; the number added.

    Known ones are left as they are, so a second call adds nothing. Inserts into a tree are serialised: two at once
    would take the same path.
    """
    advisory_lock(f"{model._meta.db_table}_grows_one_by_one")
    rows = list(rows)
    known = set(model.objects.filter(code__in=[row.code for row in rows]).values_list("code", flat=True))
    new = [row for row in rows if row.code not in known]
    above, depth = ("", 1) if parent is None else (parent.path, parent.depth + 1)
    last = model.objects.filter(path__startswith=above, depth=depth).order_by("path").last()
    taken = 0 if last is None else model._str2int(last.path[-model.steplen :])  # noqa: SLF001 - treebeard's own numbers
    model.objects.bulk_create(
        model(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            depth=depth,
            path=model._get_path(above, depth, taken + number),  # noqa: SLF001 - likewise
            numchild=0,
        )
        for number, row in enumerate(new, start=1)
    )
    if parent is not None and new:
        model.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(new))
    return len(new)


@transaction.atomic
def end_area(*, node: Node, last: date) -> Node:
    """Let a node end with a day, all beneath it too: what was sold or granted there stays with it."""
    model = type(node)
    model.objects.filter(path__startswith=node.path, ends_on__isnull=True).update(ends_on=last)
    return model.objects.get(pk=node.pk)

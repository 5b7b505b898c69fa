"""What each role may, as a table that people read: areas × roles."""

from fnmatch import fnmatchcase

from django.apps import apps

from channelhub.core.enums.rights import PortalRight
from channelhub.core.models import Role

# Rights beside reading and changing an area.
FURTHER = ("core.decide_workflowcase",)


def _may(role, code):
    return any(fnmatchcase(code, granted) for granted in role.permissions)


def level(role, model):
    """works: reads and changes or adds; reads; neither."""
    app_label, name = model._meta.app_label, model._meta.model_name
    if any(_may(role, f"{app_label}.{verb}_{name}") for verb in ("add", "change")):
        return "works"
    return "reads" if _may(role, f"{app_label}.view_{name}") else ""


def matrix(site):
    """Groups of areas with a cell for each staff role, further rights, and the portal's rights of dealer roles."""
    staff = list(Role.objects.filter(kind=Role.Kind.STAFF).order_by("pk"))
    dealers = list(Role.objects.filter(kind=Role.Kind.DEALER).order_by("pk"))
    groups = {}
    for model in sorted(site._registry, key=lambda one: str(one._meta.verbose_name_plural)):  # noqa: SLF001 - no public one
        name = apps.get_app_config(model._meta.app_label).verbose_name
        row = (model._meta.verbose_name_plural, [level(role, model) for role in staff])
        groups.setdefault(str(name), []).append(row)
    portal = [(str(right), [_may(role, str(right)) for role in dealers]) for right in PortalRight]
    return {
        "staff_roles": staff,
        "dealer_roles": dealers,
        "groups": groups.items(),
        "further": [(code, [_may(role, code) for role in staff]) for code in FURTHER],
        "portal": portal,
    }

"""People, partners and what they sell: plain functions, each with sensible defaults and codes that never collide."""

from itertools import count

from channelhub.core.models import Role, User
from channelhub.lib.periods import DateRange
from partners.models import (
    Membership,
    Partner,
    PartnerType,
    Product,
    ProductLine,
    SalesChannel,
    StaffScope,
    Territory,
)
from partners.services.partners import create_partner
from partners.services.reference_data import ROLES

PASSWORD = "correct horse battery"
ALWAYS = DateRange(None, None)
DELIVERED = {code: rights for code, kind, _, _, rights in ROLES if kind == Role.Kind.DEALER}
_numbers = count(1)


def next_number():
    return next(_numbers)


def make_user(email=None, *, password=PASSWORD, **fields):
    number = next_number()
    return User.objects.create_user(email or f"person{number}@example.com", password, **fields)


def make_role(code, *, kind=Role.Kind.DEALER, permissions=()):
    permissions = permissions or DELIVERED.get(code, ())
    role, _ = Role.objects.get_or_create(
        code=code,
        defaults={"kind": kind, "name": code, "name_en": code, "permissions": list(permissions)},
    )
    return role


def make_staff(email=None, *, role="channel_manager", permissions=("*",), territories=(), **fields):
    """A staff member; ``territories`` limit whose partners it sees."""
    user = make_user(email, is_staff=True, **fields)
    user.roles.add(make_role(role, kind=Role.Kind.STAFF, permissions=permissions))
    for territory in territories:
        StaffScope.objects.create(user=user, territory=territory)
    return user


def _node(model, prefix, code, parent, fields):
    code = code or f"{prefix}{next_number()}"
    fields = {"code": code, "name": code, **fields}
    if parent is None:
        return model.objects.add_root(fields)
    return model.objects.add_child(model.objects.get(pk=parent.pk), fields)


def make_territory(code=None, *, parent=None, **fields):
    return _node(Territory, "T", code, parent, fields)


def make_product_line(code=None, *, parent=None, **fields):
    return _node(ProductLine, "L", code, parent, fields)


def make_sales_channel(code=None, *, parent=None, **fields):
    return _node(SalesChannel, "C", code, parent, fields)


def make_product(sku=None, *, line=None, **fields):
    sku = sku or f"SKU{next_number()}"
    return Product.objects.create(sku=sku, **{"name": sku, **fields}, line=line or make_product_line())


def make_partner_type(code=None):
    code = code or f"type{next_number()}"
    return PartnerType.objects.create(code=code, name=code, name_en=code)


def make_partner(code=None, *, parent=None, home=None, types=(), since=None, **fields):
    """A partner with its ancestry; ``parent``, ``home`` and ``types`` hold from ``since`` (None: ever) on."""
    code = code or f"P{next_number()}"
    return create_partner(
        code=code,
        **{"name": code, **fields},
        parent=parent,
        home=home,
        types=types,
        since=since,
    )


def make_membership(user, partner, *, role="owner", valid_during=ALWAYS, name=None):
    return Membership.objects.create(
        user=user,
        partner=partner,
        role=make_role(role),
        name=name or user.get_full_name(),
        email=user.email,
        valid_during=valid_during,
    )


def make_dealer(email=None, *, partner, role="owner", **fields):
    """A user who acts for the partner."""
    user = make_user(email, **fields)
    make_membership(user, partner, role=role)
    return user


def partner_named(code):
    return Partner.objects.get(code=code)

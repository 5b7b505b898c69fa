"""The demo's masters: areas, products, partners and their places, authorisations, people."""

from dataclasses import dataclass
from datetime import date, datetime

from channelhub.core.models import Role, User
from channelhub.core.services.people import save_user
from channelhub.lib.periods import DateRange
from partners.models import Partner, PartnerType, Product, ProductLine, SalesChannel, Territory
from partners.services.areas import AreaRow, add_area, add_areas
from partners.services.authorisations import Limits, grant_authorisation
from partners.services.partners import create_partner
from partners.services.people import join_partner, limit_staff
from performance.rules.demo_channel import CITIES, LINES, PARTNERS, PRODUCTS

# The one place where the demo's password stands; seeding prints it.
PASSWORD = "channel-demo"  # noqa: S105 - printed on purpose
DOMAIN = "channelhub.example"
# Local part, name, staff roles, territories it is limited to.
STAFF = (
    ("admin", "陈静", ("administrator",), ()),
    ("manager", "王敏", ("channel_manager",), ()),
    ("east", "李强", ("channel_manager",), ("CN-SH", "CN-ZJ", "CN-JS", "CN-AH")),
    ("finance", "赵琳", ("finance",), ()),
    ("auditor", "孙浩", ("auditor",), ()),
)
# Local part, name, partner, role.
DEALERS = (
    ("dealer", "周伟", "D-EAST", "owner"),
    ("buyer", "吴芳", "D-EAST", "buyer"),
    ("dealer2", "郑凯", "D-SOUTH", "owner"),
    ("shop", "林悦", "P-0101", "owner"),
)
# Partner, territory, product line, sales channel: exclusive ones.
EXCLUSIVE = (
    ("P-0101", "CN-ZJ-HZ", "COMPUTING", "offline"),
    ("P-0102", "CN-ZJ-NB", "COMPUTING", "offline"),
    ("P-0103", "CN-JS-NJ", None, "offline"),
    ("P-0201", "CN-GD-GZ", "COMPUTING", "offline"),
    ("P-0202", "CN-GD-SZ", "COMPUTING", "offline"),
    ("E-TMALL", "CN", None, "tmall"),
    ("E-JD", "CN", None, "jd"),
    ("E-DOUYIN", "CN", None, "douyin"),
    ("F-SG", "SG", None, None),
)


@dataclass(frozen=True)
class Login:
    """Somebody the demo prints: as whom one signs in, and what one sees."""

    email: str
    shown_as: str


def make_areas() -> None:
    """Cities below their provinces, and product lines."""
    for code, above, name, name_en in CITIES:
        add_areas(model=Territory, rows=[AreaRow(code, name, name_en)], parent=Territory.objects.get(code=above))
    for code, above_it, name, name_en in LINES:
        parent = ProductLine.objects.get(code=above_it) if above_it else None
        add_area(model=ProductLine, row=AreaRow(code, name, name_en), parent=parent)


def make_products() -> None:
    """The maker's range."""
    lines = {line.code: line for line in ProductLine.objects.all()}
    Product.objects.bulk_create(
        Product(sku=p.sku, name=p.name, name_en=p.name_en, line=lines[p.line], gtin=p.gtin) for p in PRODUCTS
    )


def make_partners(*, since: date) -> dict[str, Partner]:
    """All partners under their parents, by code; parents come first in the list."""
    types = {kind.code: kind for kind in PartnerType.objects.all()}
    homes = {area.code: area for area in Territory.objects.filter(code__in={p.home for p in PARTNERS})}
    made: dict[str, Partner] = {}
    for row in PARTNERS:
        made[row.code] = create_partner(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            parent=made.get(row.parent or ""),
            home=homes[row.home],
            types=[types[row.kind]],
            since=since,
            country=row.home[:2],
        )
    return made


def make_authorisations(*, partners: dict[str, Partner], since: date, at: datetime) -> None:
    """Everybody may sell in the home territory; some are exclusive in theirs."""
    areas = {area.code: area for area in Territory.objects.all()}
    lines = {line.code: line for line in ProductLine.objects.all()}
    channels = {channel.code: channel for channel in SalesChannel.objects.all()}
    period = DateRange(since, None)
    for row in PARTNERS:
        limits = Limits(territory=areas[row.home])
        grant_authorisation(partner=partners[row.code], valid_during=period, at=at, limits=limits)
    for code, area, line, channel in EXCLUSIVE:
        limits = Limits(areas[area], lines.get(line or ""), channels.get(channel or ""))
        grant_authorisation(partner=partners[code], valid_during=period, at=at, limits=limits, exclusive=True)


def make_people(*, partners: dict[str, Partner], since: date) -> list[Login]:
    """Staff with their roles and areas, and the dealers' people; all with the demo's password."""
    logins = []
    for local, name, roles, areas in STAFF:
        user = _with_password(User(email=f"{local}@{DOMAIN}", name=name, is_staff=True))
        save_user(user=user, roles=Role.objects.filter(code__in=roles), by=user)
        if areas:
            limit_staff(user=user, territories=Territory.objects.filter(code__in=areas))
        logins.append(Login(user.email, ", ".join((*roles, *areas))))
    for local, name, code, role in DEALERS:
        membership = join_partner(
            partner=partners[code],
            email=f"{local}@{DOMAIN}",
            name=name,
            role=Role.objects.get(code=role),
            valid_during=DateRange(since, None),
        )
        _with_password(membership.user)
        logins.append(Login(membership.email, f"{role} of {partners[code].name_en}"))
    return logins


def _with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user

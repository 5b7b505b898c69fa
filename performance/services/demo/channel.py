"""The demo's masters: areas, products, partners and their places, authorisations, people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from channelhub.core.models import Feed, Role, User
from channelhub.core.services import staging
from channelhub.core.services.people import save_user
from channelhub.core.services.staging import Taken
from channelhub.lib.periods import DateRange, add_months
from partners.models import Authorisation, Partner, ProductLine, SalesChannel, Territory
from partners.services.areas import AreaRow, add_area, add_areas
from partners.services.authorisations import Limits, grant_authorisation
from partners.services.partner_import import FIELDS as PARTNER_FIELDS
from partners.services.partner_import import take_partners
from partners.services.people import join_partner, limit_staff
from partners.services.product_import import FIELDS as PRODUCT_FIELDS
from partners.services.product_import import take_products
from performance.errors import DemoRowsRefused
from performance.rules.demo.heads import LINES, DemoPartner, DemoProduct
from performance.rules.demo.places import CITIES
from performance.rules.demo.troubles import Trouble

# The one place where the demo's password stands; seeding prints it.
PASSWORD = "channel-demo"  # noqa: S105 - printed on purpose
DOMAIN = "channelhub.example"
# Local part, name, staff roles, territories it is limited to.
STAFF = (
    ("admin", "陈静", ("administrator",), ()),
    ("manager", "王敏", ("channel_manager",), ()),
    ("east", "李强", ("channel_manager",), ("CN-SH", "CN-ZJ", "CN-JS", "CN-AH")),
    ("keyaccounts", "何丽", ("key_account_manager",), ()),
    ("finance", "赵琳", ("finance",), ()),
    ("management", "刘洋", ("management",), ()),
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
    provinces = Territory.objects.in_bulk({city.province for city in CITIES}, field_name="code")
    for code, cities in groupby(CITIES, key=attrgetter("province")):
        rows = [AreaRow(city.code, city.name, city.name_en) for city in cities]
        add_areas(model=Territory, rows=rows, parent=provinces[code])
    for code, above_it, name, name_en in LINES:
        parent = ProductLine.objects.get(code=above_it) if above_it else None
        add_area(model=ProductLine, row=AreaRow(code, name, name_en), parent=parent)


def make_products(products: Sequence[DemoProduct], *, feed: Feed) -> None:
    """The maker's range, as its ERP would send it."""
    rows = ((p.sku, p.name, p.name_en, p.line, p.gtin) for p in products)
    source = staging.stage_columns("demo_products", PRODUCT_FIELDS, ("sku", "name", "name_en", "line", "gtin"), rows)
    _nothing_refused(take_products(source, feed=feed))


def make_partners(partners: Sequence[DemoPartner], *, feed: Feed, since: date, at: datetime) -> dict[str, Partner]:
    """All partners under their parents, by code."""
    rows = (
        (p.code, p.name, p.name_en, p.home[:2], p.parent or "", p.home, p.kind, since.isoformat()) for p in partners
    )
    columns = ("code", "name", "name_en", "country", "parent", "home", "type", "since")
    source = staging.stage_columns("demo_partners", PARTNER_FIELDS, columns, rows)
    _nothing_refused(take_partners(source, feed=feed, at=at))
    made = {partner.code: partner for partner in Partner.objects.all()}
    return {row.code: made[row.code] for row in partners}


def _nothing_refused(taken: Taken) -> None:
    if taken.rejected:
        raise DemoRowsRefused(staging.rejected_rows()[:5])


def make_authorisations(
    *, rows: Sequence[DemoPartner], partners: dict[str, Partner], troubles: Sequence[Trouble], first: date, at: datetime
) -> None:
    """Everybody may sell in its province (shops online: everywhere at home), some elsewhere too, some exclusively."""
    areas = {area.code: area for area in Territory.objects.all()}
    lines = {line.code: line for line in ProductLine.objects.all()}
    channels = {channel.code: channel for channel in SalesChannel.objects.all()}
    always = DateRange(first, None)
    found = [(row.code, areas[_sells_in(row)], always) for row in rows]
    for trouble in troubles:
        if trouble.kind in ("second_province", "expired"):
            until = add_months(first, trouble.first) if trouble.kind == "expired" else None
            found.append((trouble.partner, areas[trouble.place[:5]], DateRange(first, until)))
    Authorisation.objects.bulk_create(
        [
            Authorisation(partner=partners[code], territory=area, territory_path=area.path, valid_during=days)
            for code, area, days in found
        ],
        batch_size=1000,
    )
    for code, place, line, channel in EXCLUSIVE:
        limits = Limits(areas[place], lines.get(line or ""), channels.get(channel or ""))
        grant_authorisation(partner=partners[code], valid_during=always, at=at, limits=limits, exclusive=True)


def _sells_in(row: DemoPartner) -> str:
    return "CN" if row.is_online or row.kind == "own_web_shop" else row.home[:5]


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

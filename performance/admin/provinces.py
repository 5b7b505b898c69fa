"""The map of provinces as tiles: links in a grid, shades and numbers, ranked bars beside; no border is drawn."""

from dataclasses import dataclass, replace
from datetime import date

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import business_day, month_of
from partners.models import Territory
from performance.admin import charts
from performance.admin.start import asked
from performance.rules.provinces import SHADES, TILES, shades
from performance.selectors import charts as selectors
from performance.selectors import provinces

MEASURES = {"sales": gettext_lazy("Sales"), "growth": gettext_lazy("Growth"), "partners": gettext_lazy("Coverage")}
COUNTRY = "CN"
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Tile:
    """A province on the grid and in the ranking."""

    place: provinces.Place
    name: str
    short: str
    latin: str
    column: int
    row: int
    value: object
    text: str
    shade: int
    href: str
    lines: str


def _month(text):
    """A month of years in which anything can have been sold; None: it is none, or far from all of them."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else None


def _lens(request):
    """The lens of the address: kind, currency, and the months from … to …; else the last twelve."""
    today = business_day(timezone.now())
    last = _month(request.GET.get("to", "")) or month_of(today)
    lens = selectors.lens_of(selectors.sold_in(request.user, today=today), today=today, **asked(request))
    if lens is None:
        return None
    first = _month(request.GET.get("from", ""))
    months = 12 if first is None else (last.year - first.year) * 12 + last.month - first.month + 1
    return replace(lens, month=last, months=min(max(months, 1), 60))


def _value(place, measure):
    if measure == "growth":
        return place.growth
    if measure == "partners":
        return place.partners
    return place.total


def _text(value, measure, lens):
    if value is None or lens is None:
        return formats.NO_DATA
    if measure == "growth":
        return formats.percent_text(value)
    return f"{value:,}" if measure == "partners" else formats.money_text(value, lens.currency, iso=True)


def _href(request, **more):
    query = {name: value for name, value in {**request.GET.dict(), **more}.items() if value}
    return f"?{urlencode(query)}"


def _behind(place, measure, lens):
    """The list that adds up to a tile: sums of the rollup, or the partners."""
    if measure == "partners":
        return charts.address("admin:partners_partner_changelist", territory=place.territory.code)
    return charts.behind(charts.LINES, lens, area=place.territory.code)


def _tiles(request, places, measure, lens):
    values = [_value(place, measure) for place in places]
    nothing = [None if value == 0 else value for value in values]
    found = []
    for place, value, shade in zip(places, values, shades(nothing), strict=True):
        latin = place.territory.code.rpartition("-")[2]
        column, row, short = TILES.get(latin, (0, 0, name_of(place.territory)[:1]))
        found.append(
            Tile(
                place,
                name_of(place.territory),
                short,
                latin,
                column,
                row,
                value,
                _text(value, measure, lens),
                shade,
                _href(request, territory=place.territory.code),
                _behind(place, measure, lens),
            )
        )
    return found


def _inside(request, country):
    """The territory that was opened, if it is one of the country's."""
    found = Territory.objects.filter(code=request.GET.get("territory", ""), path__startswith=country.path).first()
    return None if found is None or found.pk == country.pk else found


def _partners(user, lens, territory):
    rows = []
    for share in provinces.partners_at(user, lens, territory):
        href = charts.behind(charts.MONTHS, lens, partner__id__exact=share.key)
        text = formats.money_text(share.total, lens.currency, iso=True) if lens else formats.NO_DATA
        rows.append((share, text, href))
    return rows


def page(request):
    """Where do we sell, where not: 34 tiles, or what lies beneath one of them."""
    user = request.user
    if not user.has_perm("pricing.view_salesmonthline"):
        raise PermissionDenied
    measure = request.GET.get("measure", "sales")
    measure = measure if measure in MEASURES else "sales"
    lens, country = _lens(request), Territory.objects.filter(code=COUNTRY).first()
    inside = _inside(request, country) if country else None
    above = inside or country
    tiles = _tiles(request, provinces.places(user, lens, above), measure, lens) if above else []
    ranked = sorted((tile for tile in tiles if tile.value), key=lambda tile: tile.value, reverse=True)
    context = {
        **admin.site.each_context(request),
        "title": name_of(inside) if inside else _("Map of provinces"),
        "tiles": [tile for tile in tiles if tile.column] if inside is None else [],
        "beneath": tiles if inside is not None else [],
        "ranked": ranked,
        "most": float(abs(ranked[0].value)) if ranked else 1,
        "white": [tile for tile in tiles if not tile.place.partners] if inside is None else [],
        "inside": inside,
        "back": _href(request, territory=""),
        "partners": _partners(user, lens, inside) if inside else [],
        "measure": measure,
        "measures": [(code, name, _href(request, measure=code), code == measure) for code, name in MEASURES.items()],
        "lens": lens,
        "shades": range(1, SHADES + 1),
    }
    return TemplateResponse(request, "admin/provinces.html", context)


admin.site.own_pages.append(path("provinces/", admin.site.admin_view(page), name="provinces"))

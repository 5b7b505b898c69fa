"""What can be found of partners: by code, by name in any language, by pinyin and by its first letters."""

from urllib.parse import urlencode

from django.urls import reverse

from channelhub.core.services.search_sources import Source
from partners.models import Partner, Product

_PINYIN = "replace(n.sort_key, ' ', '')"
_INITIALS = r"regexp_replace(n.sort_key, '(\S)\S*\s*', '\1', 'g')"


def _sales_of(partner: Partner) -> str:
    return f"{reverse('portal_sales')}?{urlencode({'partner': partner.pk})}"


def _price_of(product: Product) -> str:
    return f"{reverse('portal_prices')}?{urlencode({'q': product.sku})}"


SOURCES = (
    Source(
        model="partners.Partner",
        code="n.code",
        words=("n.name", "n.name_en", _PINYIN, _INITIALS),
        partner="n.id",
        icon="store",
        portal=_sales_of,
    ),
    Source(
        model="partners.Product",
        code="n.sku",
        words=("n.name", "n.name_en", "n.gtin"),
        icon="inventory_2",
        portal=_price_of,
    ),
    Source(model="partners.Territory", code="n.code", words=("n.name", "n.name_en"), icon="map"),
    Source(
        model="partners.Membership",
        code="n.email",
        words=("n.name",),
        partner="n.partner_id",
        icon="person",
        title=lambda membership: f"{membership.name} · {membership.partner.name}",
        joined=("partner",),
    ),
    Source(model="partners.ProductLine", code="n.code", words=("n.name", "n.name_en"), icon="account_tree"),
)

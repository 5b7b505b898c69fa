"""Parts of partners' records: numbers, addresses, contacts, bank accounts, licences."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.response import Response

from channelhub.core.api import etags
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.viewsets import ReadViewSet, VersionedRetrieveMixin
from channelhub.lib.periods import date_range
from partners.api import filters
from partners.api import record_serializers as serializers
from partners.api.named import one_of
from partners.models import BankAccount, CompanyNumber, Licence, Partner, PartnerAddress, PartnerContact
from partners.services import records

UPDATED = {"updated_at": "2026-03-16T02:00:00.000000Z"}


class PartViewSet(VersionedRetrieveMixin, ReadViewSet):
    """One kind of part: read by its owner, written by the maker's systems."""

    http_method_names = ["get", "head", "post", "patch"]
    filterset_class = filters.PartFilter
    required_scopes = {
        "list": ["partners:read"],
        "retrieve": ["partners:read"],
        "create": ["partners:write"],
        "partial_update": ["partners:write"],
    }
    new = change = None
    write = staticmethod(records.write_address)

    def get_queryset(self):
        return self.queryset.model.objects.visible_to(self.request.user)

    def values(self, sent):
        return sent

    @idempotent
    def create(self, request, *args, **kwargs):
        """Record a part of a partner's record. Refused: a number that cannot be, and a second one of its kind."""
        sent = self.new(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        partner = one_of(Partner.objects.visible_to(request.user).filter(pk=values.pop("partner")), "partner")
        made = type(self).write(partner=partner, **self.values(values))
        return Response(self.get_serializer(made).data, status=201, headers={"ETag": etags.etag(made)})

    def partial_update(self, request, *args, **kwargs):
        """Change it, in the version named by If-Match; what is left out stays."""
        row = self.get_object()
        versions = etags.versions_to_match(request)
        sent = self.change(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values = self.values({**self.kept(row, sent.validated_data), **sent.validated_data})
        return self.answer(records.write_part(row=row, versions=versions, write=type(self).write, **values))

    def kept(self, row, sent):
        """What a service needs together though only a part of it was sent."""
        return {}


def documented(title, out, new, change, shown, sent):
    """The same pages of the schema for every kind of part: answers, requests and one example each."""
    example = OpenApiExample(title, {"id": 5, "partner": 17, **shown, **UPDATED}, response_only=True)
    return extend_schema_view(
        list=extend_schema(tags=["partners"]),
        retrieve=extend_schema(tags=["partners"], examples=[example]),
        create=extend_schema(
            tags=["partners"],
            request=new,
            responses={201: out},
            filters=False,
            examples=[OpenApiExample(title, {"partner": 17, **sent}, request_only=True)],
        ),
        partial_update=extend_schema(tags=["partners"], request=change, responses=out),
    )


@documented(
    "A company number",
    serializers.CompanyNumberOut,
    serializers.CompanyNumberNew,
    serializers.CompanyNumberChange,
    {"scheme": "cn.uscc", "number": "91110000600037341L"},
    {"number": "91110000600037341L"},
)
class CompanyNumberViewSet(PartViewSet):
    """Official numbers of partners, checked by country."""

    queryset = CompanyNumber.objects.none()
    serializer_class = serializers.CompanyNumberOut
    new, change = serializers.CompanyNumberNew, serializers.CompanyNumberChange
    write = staticmethod(records.write_number)

    def kept(self, row, sent):
        return {"scheme": row.scheme, "number": row.number}


ADDRESS = {"kind": "registered", "text": "1 Example Road", "postal_code": "200000", "city": "Shanghai", "country": "CN"}


@documented("An address", serializers.AddressOut, serializers.AddressNew, serializers.AddressChange, ADDRESS, ADDRESS)
class AddressViewSet(PartViewSet):
    """Addresses of partners by what they are for."""

    queryset = PartnerAddress.objects.none()
    serializer_class = serializers.AddressOut
    new, change = serializers.AddressNew, serializers.AddressChange
    write = staticmethod(records.write_address)


CONTACT = {"role": "purchasing", "name": "Wang Wei", "position": "", "email": "wang@acme.example", "phone": ""}


@documented(
    "A contact",
    serializers.ContactOut,
    serializers.ContactNew,
    serializers.ContactChange,
    {**CONTACT, "identity_number_end": ""},
    CONTACT,
)
class ContactViewSet(PartViewSet):
    """People of partners by role; the number of an identity paper is sealed."""

    queryset = PartnerContact.objects.none()
    serializer_class = serializers.ContactOut
    new, change = serializers.ContactNew, serializers.ContactChange
    write = staticmethod(records.write_contact)


ACCOUNT = {"holder": "Acme Ltd", "bank": "Example Bank", "bank_code": "", "currency": "CNY", "for_payouts": True}


@documented(
    "A bank account",
    serializers.BankAccountOut,
    serializers.BankAccountNew,
    serializers.BankAccountChange,
    {**ACCOUNT, "number_end": "5678"},
    {**ACCOUNT, "number": "6222000012345678"},
)
class BankAccountViewSet(PartViewSet):
    """Bank accounts of partners; their numbers are sealed and only their last signs are sent."""

    queryset = BankAccount.objects.none()
    serializer_class = serializers.BankAccountOut
    new, change = serializers.BankAccountNew, serializers.BankAccountChange
    write = staticmethod(records.write_bank_account)


LICENCE = {"kind": "business", "number": "L-1", "issued_by": "Office", "first_day": "2026-01-01", "last_day": None}


@documented("A licence", serializers.LicenceOut, serializers.LicenceNew, serializers.LicenceChange, LICENCE, LICENCE)
class LicenceViewSet(PartViewSet):
    """Licences of partners with their periods."""

    queryset = Licence.objects.none()
    serializer_class = serializers.LicenceOut
    new, change = serializers.LicenceNew, serializers.LicenceChange
    write = staticmethod(records.write_licence)

    def kept(self, row, sent):
        return {"first_day": row.valid_during.lower, "last_day": records.last_day(row)}

    def values(self, sent):
        first, last = sent.pop("first_day"), sent.pop("last_day", None)
        return {**sent, "valid_during": date_range(first, last)}

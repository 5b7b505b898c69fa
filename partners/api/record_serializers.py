from rest_framework import serializers

from channelhub.core.api.fields import Instant
from channelhub.core.api.serializers import Input
from channelhub.lib.currencies import known_currencies
from partners.enums import AddressKind, ContactRole, LicenceKind
from partners.rules.company_numbers import all_schemes
from partners.services.records import last_day

PARTNER = "The partner's id."
END = "Its last four signs; the number itself is sealed and never sent."


class PartOut(serializers.Serializer):
    id = serializers.IntegerField()
    partner = serializers.IntegerField(source="partner_id", help_text=PARTNER)


class CompanyNumberOut(PartOut):
    scheme = serializers.CharField()
    number = serializers.CharField(help_text="Without blanks and signs.")
    updated_at = Instant()


class CompanyNumberChange(Input):
    scheme = serializers.ChoiceField(
        choices=all_schemes(), required=False, help_text="Left out: the one of the partner's country that fits."
    )
    number = serializers.CharField(max_length=40, help_text="Checked down to its check digit.")


class AddressOut(PartOut):
    kind = serializers.ChoiceField(choices=AddressKind.choices)
    text = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2; may be empty.")
    updated_at = Instant()


class AddressChange(Input):
    kind = serializers.ChoiceField(choices=AddressKind.choices)
    text = serializers.CharField(max_length=300)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)
    country = serializers.RegexField("^[A-Z]{2}$", required=False)


class ContactOut(PartOut):
    role = serializers.ChoiceField(choices=ContactRole.choices)
    name = serializers.CharField()
    position = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    identity_number_end = serializers.CharField(source="end", help_text=END)
    updated_at = Instant()


class ContactChange(Input):
    role = serializers.ChoiceField(choices=ContactRole.choices)
    name = serializers.CharField(max_length=120)
    position = serializers.CharField(max_length=80, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    identity_number = serializers.CharField(
        max_length=40, required=False, allow_blank=True, write_only=True, help_text="Sealed; empty takes it away."
    )


class BankAccountOut(PartOut):
    holder = serializers.CharField()
    bank = serializers.CharField()
    bank_code = serializers.CharField()
    currency = serializers.CharField(help_text="ISO 4217.")
    number_end = serializers.CharField(source="end", help_text=END)
    for_payouts = serializers.BooleanField()
    updated_at = Instant()


class BankAccountChange(Input):
    holder = serializers.CharField(max_length=200)
    bank = serializers.CharField(max_length=200)
    bank_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    currency = serializers.ChoiceField(choices=sorted(known_currencies()), help_text="ISO 4217.")
    number = serializers.CharField(max_length=60, write_only=True, help_text="An IBAN is checked. Sealed, never sent.")
    for_payouts = serializers.BooleanField(required=False)


class LicenceOut(PartOut):
    kind = serializers.ChoiceField(choices=LicenceKind.choices)
    number = serializers.CharField()
    issued_by = serializers.CharField()
    first_day = serializers.DateField(source="valid_during.lower", allow_null=True)
    last_day = serializers.SerializerMethodField(help_text="Included; null: until further notice.")
    updated_at = Instant()

    def get_last_day(self, licence) -> str | None:
        last = last_day(licence)
        return last.isoformat() if last else None


class LicenceChange(Input):
    kind = serializers.ChoiceField(choices=LicenceKind.choices)
    number = serializers.CharField(max_length=80)
    issued_by = serializers.CharField(max_length=200, required=False, allow_blank=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField(required=False, allow_null=True, help_text="Included.")

    def validate(self, attrs):
        last = attrs.get("last_day")
        if last and attrs.get("first_day") and last < attrs["first_day"]:
            raise serializers.ValidationError({"last_day": "The last day comes before the first."})
        return attrs


def with_partner(change):
    """What is sent to make a part: what may be changed, and whose it is."""
    name = change.__name__.removesuffix("Change") + "New"
    return type(name, (change,), {"partner": serializers.IntegerField(min_value=1, help_text=PARTNER)})


CompanyNumberNew = with_partner(CompanyNumberChange)
AddressNew = with_partner(AddressChange)
ContactNew = with_partner(ContactChange)
BankAccountNew = with_partner(BankAccountChange)
LicenceNew = with_partner(LicenceChange)

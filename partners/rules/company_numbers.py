"""Official numbers of companies and their like: the schemes of each country, checked down to the check digit."""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from stdnum import exceptions


class Trouble(StrEnum):
    """What is wrong with a number."""

    UNKNOWN_SCHEME = "unknown_scheme"
    WRONG_LENGTH = "wrong_length"
    WRONG_FORMAT = "wrong_format"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    WRONG_PART = "wrong_part"


_TROUBLES: tuple[tuple[type[Exception], Trouble], ...] = (
    (exceptions.InvalidLength, Trouble.WRONG_LENGTH),
    (exceptions.InvalidChecksum, Trouble.WRONG_CHECK_DIGIT),
    (exceptions.InvalidComponent, Trouble.WRONG_PART),
    (exceptions.InvalidFormat, Trouble.WRONG_FORMAT),
)

# What a company of the country is known by, the usual one first; all others have a LEI at most.
SCHEMES_OF: dict[str, tuple[str, ...]] = {
    "CN": ("cn.uscc",),
    "TW": ("tw.ubn",),
    "JP": ("jp.cn",),
    "KR": ("kr.brn",),
    "SG": ("sg.uen",),
    "IN": ("in_.gstin",),
    "AU": ("au.abn", "au.acn"),
    "NZ": ("nz.ird",),
    "US": ("us.ein",),
    "CA": ("ca.bn",),
    "MX": ("mx.rfc",),
    "BR": ("br.cnpj",),
    "AR": ("ar.cuit",),
    "CL": ("cl.rut",),
    "CO": ("co.nit",),
    "GB": ("gb.vat",),
    "CH": ("ch.uid", "ch.vat"),
    "NO": ("no.orgnr", "no.mva"),
    "TR": ("tr.vkn",),
    "RU": ("ru.inn",),
    "ZA": ("za.tin",),
    "IL": ("il.hp",),
    "TH": ("th.tin",),
    "VN": ("vn.mst",),
    "ID": ("id.npwp",),
    "MY": (),
    "FR": ("fr.siren", "fr.siret", "eu.vat"),
    "DE": ("eu.vat", "de.handelsregisternummer"),
    "IT": ("eu.vat", "it.iva"),
    "PL": ("eu.vat", "pl.nip"),
    "NL": ("eu.vat",),
    "BE": ("eu.vat", "be.vat"),
    "BG": ("eu.vat", "bg.vat"),
    **dict.fromkeys(("AT", "CY", "CZ", "DK", "EE", "ES", "FI", "GR", "HR", "HU"), ("eu.vat",)),
    **dict.fromkeys(("IE", "LT", "LU", "LV", "MT", "PT", "RO", "SE", "SI", "SK"), ("eu.vat",)),
}
EVERYWHERE = ("lei",)
FREQUENT = ("cn.uscc", "eu.vat")
LENGTHS = {"lei": 20}  # the library sums up a LEI of any length
# Numbers that are no company's: of goods, papers, accounts, and of a scheme that spans countries.
OTHERS = ("iban", "bic", "isin", "ean", "gs1_128", "luhn", "vatin", "eu.oss", "fr.tva", "nl.btw", "de.vat")


@dataclass(frozen=True)
class Verdict:
    """Whether a number is right, how it is kept when it is, and what is wrong when it is not."""

    valid: bool
    compact: str = ""
    trouble: Trouble | None = None


def schemes_of(country: str) -> tuple[str, ...]:
    """The schemes a company of a country may have a number of; without a country the most frequent ones."""
    return (*(SCHEMES_OF.get(country.upper(), ()) if country else FREQUENT), *EVERYWHERE)


def all_schemes() -> tuple[str, ...]:
    """Every scheme a company's number may be of, by country and then the one that is everywhere."""
    return (*dict.fromkeys(scheme for schemes in SCHEMES_OF.values() for scheme in schemes), *EVERYWHERE)


def check(scheme: str, number: str) -> Verdict:
    """Length, form, parts and check digit of a number of a scheme; signs and blanks between digits are left out."""
    if scheme not in (*all_schemes(), *OTHERS):
        return Verdict(valid=False, trouble=Trouble.UNKNOWN_SCHEME)
    module = import_module(f"stdnum.{scheme}")
    try:
        compact = module.validate(number)
    except exceptions.ValidationError as error:
        return Verdict(valid=False, trouble=next(code for kind, code in _TROUBLES if isinstance(error, kind)))
    if len(compact) != LENGTHS.get(scheme, len(compact)):
        return Verdict(valid=False, trouble=Trouble.WRONG_LENGTH)
    return Verdict(valid=True, compact=compact)


def guess(country: str, number: str) -> tuple[str, Verdict]:
    """The first scheme of the country by which the number is right; otherwise the usual one with what is wrong."""
    tried = [(scheme, check(scheme, number)) for scheme in schemes_of(country)]
    return next(((scheme, verdict) for scheme, verdict in tried if verdict.valid), tried[0])

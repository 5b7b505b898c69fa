"""Media types: JSON, strictly read; a client may pin the version it was written for."""

import codecs
import json
from decimal import Decimal

from django.conf import settings
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.utils.mediatypes import _MediaType

VERSION = "1"


class StrictJSONParser(JSONParser):
    """JSON without NaN, without nesting that no reader survives, and with numbers as they were written."""

    def parse(self, stream, media_type=None, parser_context=None):
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            text = codecs.getreader(encoding)(stream).read()
            return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, LookupError) as error:
            raise ParseError(f"JSON parse error - {error}") from error
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply.") from error


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


class VersionedNegotiation(DefaultContentNegotiation):
    """``Accept: application/json; version=1`` pins the version; one that we do not speak is 406, never a guess."""

    def get_accept_list(self, request):
        plain = []
        for accepted in super().get_accept_list(request):
            media_type = _MediaType(accepted)
            version = media_type.params.pop("version", VERSION)
            if version == VERSION:
                plain.append(str(media_type))
        if not plain:
            raise NotAcceptable
        return plain

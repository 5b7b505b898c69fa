"""The version of a record as its ETag."""

from django.utils.http import parse_etags

from channelhub.core.errors import VersionRequired


def etag(record) -> str:
    """Strong: two answers with it are the same record in the same version. Re-read the record before showing it."""
    return f'"{record.version}"'


def versions_to_match(request) -> frozenset[int] | None:
    """The versions that If-Match names; None: any (``*``). Without the header the change is refused (428)."""
    header = request.headers.get("If-Match")
    if header is None:
        raise VersionRequired("Send the ETag of the version you change as If-Match.")
    tags = parse_etags(header)
    if tags == ["*"]:
        return None
    plain = (tag.strip('"') for tag in tags if not tag.startswith("W/"))
    return frozenset(int(tag) for tag in plain if tag.isascii() and tag.isdigit() and len(tag) < 10)


def not_modified(request, record) -> bool:
    """Whether If-None-Match already names this version; weak comparison, as the RFC asks."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return tags == ["*"] or etag(record) in {tag.removeprefix("W/") for tag in tags}

"""Whether a file is what its name says: the ending, the declared media type and the content must agree."""

from collections.abc import Collection

ZIP = b"PK\x03\x04"
# Ending → how the content begins; texts begin with anything.
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "zip": (ZIP, b"PK\x05\x06"),
    "docx": (ZIP,),
    "xlsx": (ZIP,),
}
# What an office file holds under which folder; any other archive is not one.
FOLDERS = {"docx": "word/", "xlsx": "xl/"}
TEXTS = frozenset({"csv", "txt"})
# What browsers say when they do not know.
ANYTHING = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-zip-compressed"})
HEAD = 8192


def ending_of(name: str) -> str:
    """A file's ending in small letters, without the dot."""
    return name.rpartition(".")[2].lower()


def type_agrees(*, declared: str, expected: str) -> bool:
    """Whether a declared media type is the expected one, or says nothing; texts are texts."""
    kind = declared.partition(";")[0].strip().lower()
    same_family = expected.startswith("text/") and (kind.startswith("text/") or kind == "application/vnd.ms-excel")
    return kind == expected or kind in ANYTHING or same_family


def content_agrees(*, ending: str, head: bytes, names: Collection[str] = ()) -> bool:
    """Whether content that begins with ``head`` is of the ending's kind; ``names``: what an archive holds."""
    if ending in TEXTS:
        return b"\x00" not in head and not head.startswith(tuple(sum(BEGINNINGS.values(), ())))
    if not head.startswith(BEGINNINGS.get(ending, ())):
        return False
    folder = FOLDERS.get(ending)
    return folder is None or any(name.startswith(folder) for name in names)

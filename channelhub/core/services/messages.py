"""Messages for people: extracted, completed and compiled by Babel, because a bare machine has no gettext tools.

简体 is translated by people; 繁體 is made from it by OpenCC, with the exceptions of ``locale/zh_Hant/exceptions.txt``
(one ``简体<TAB>繁體`` a line).
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages import Catalog, extract, mofile, pofile
from django.conf import settings
from django.utils.translation.template import templatize
from opencc import OpenCC

LOCALES = ("zh_Hans", "zh_Hant")
SOURCES = ("channelhub", "partners", "pricing", "inventory", "performance", "templates", "static")
KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "gettext_noop": None,
}
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


@dataclass(frozen=True)
class Gap:
    """A message that a locale lacks, or whose placeholders differ from the source's."""

    locale: str
    message: str
    reason: str


def _files() -> Iterator[Path]:
    for source in SOURCES:
        for path in sorted((settings.BASE_DIR / source).rglob("*")):
            if path.suffix in {".py", ".html", ".txt", ".js"} and "migrations" not in path.parts:
                yield path


def _messages_of(path: Path) -> Iterator[tuple[Any, ...]]:
    text = path.read_text()
    if path.suffix == ".js":
        yield from extract.extract("javascript", io.BytesIO(text.encode()), KEYWORDS)
        return
    if path.suffix != ".py":
        # A page may be indented as it likes; what it is turned into is read as Python.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    yield from extract.extract("python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"})


def template() -> Catalog:
    """Every message of the code and the templates."""
    catalog = Catalog(project="ChannelHub", charset="utf-8", fuzzy=False)
    for path in _files():
        for _line, message, _comments, context in _messages_of(path):
            empty = not (message[0] if isinstance(message, tuple) else message).strip()
            if not empty:
                catalog.add(message, locations=[(str(path.relative_to(settings.BASE_DIR)), 0)], context=context)
    return catalog


def _path(locale: str) -> Path:
    return settings.BASE_DIR / "locale" / locale / "LC_MESSAGES" / "django.po"


def read(locale: str) -> Catalog:
    """A locale's messages; an empty catalogue where it has none yet."""
    path = _path(locale)
    if not path.exists():
        return Catalog(locale=locale, project="ChannelHub", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=locale)


def _write(locale: str, catalog: Catalog) -> None:
    path = _path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.revision_date = catalog.creation_date = datetime(2026, 1, 1, tzinfo=UTC)  # only messages make a diff
    catalog.fuzzy = False
    catalog.header_comment = f"# ChannelHub: {locale}"
    with path.open("wb") as file:
        pofile.write_po(file, catalog, width=120, no_location=True, sort_output=True, ignore_obsolete=True)


def _converter() -> Callable[[str], str]:
    path = settings.BASE_DIR / "locale" / "zh_Hant" / "exceptions.txt"
    exceptions = [line.split("\t") for line in path.read_text().splitlines() if "\t" in line] if path.exists() else []
    opencc = OpenCC("s2twp")

    wrong = [(opencc.convert(simplified), traditional) for simplified, traditional in exceptions]

    def convert(text: str) -> str:
        found = opencc.convert(text)
        for converted, traditional in wrong:
            found = found.replace(converted, traditional)
        return found

    return convert


def _traditional(catalog: Catalog, source: Catalog) -> None:
    convert = _converter()
    for message in source:
        if not message.id:
            continue
        strings: Any = message.string if isinstance(message.string, tuple) else (message.string,)
        converted = [convert(text or "") for text in strings]
        target = catalog.get(message.id, context=message.context)
        if target is not None:
            target.string = tuple(converted) if isinstance(message.string, tuple) else converted[0]


def update() -> None:
    """Bring both catalogues up to the code: new messages in, gone ones out, 繁體 made anew from 简体."""
    found = template()
    simplified = read("zh_Hans")
    simplified.update(found, no_fuzzy_matching=True)
    simplified.obsolete.clear()
    _write("zh_Hans", simplified)
    traditional = Catalog(locale="zh_Hant", project="ChannelHub", charset="utf-8", fuzzy=False)
    traditional.update(found, no_fuzzy_matching=True)
    _traditional(traditional, simplified)
    _write("zh_Hant", traditional)


def fill(translations: dict[str, str]) -> int:
    """Set 简体 translations by source text; answers how many messages they filled."""
    catalog = read("zh_Hans")
    filled = 0
    for message in catalog:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        if key and key in translations:
            text = translations[key]
            message.string = (text,) * catalog.num_plurals if isinstance(message.id, tuple) else text
            filled += 1
    _write("zh_Hans", catalog)
    return filled


def gaps() -> list[Gap]:
    """What is missing or wrong in either locale; empty: complete."""
    found = []
    source = template()
    for locale in LOCALES:
        catalog = read(locale)
        for message in source:
            if message.id:
                reason = _gap(message, catalog.get(message.id, context=message.context))
                if reason:
                    found.append(Gap(locale, str(message.id), reason))
    return found


def _gap(message: Any, translated: Any) -> str:
    strings = translated.string if translated is not None else ""
    strings = strings if isinstance(strings, tuple) else (strings,)
    if not all(strings):
        return "not translated"
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    wanted = set(_PLACEHOLDER.findall(ids[-1]))
    if any(set(_PLACEHOLDER.findall(text)) != wanted for text in strings):
        return "other placeholders than the source"
    return ""


def compile_all() -> int:
    """Write the binary catalogues that Django reads; answers how many messages they hold."""
    count = 0
    for locale in LOCALES:
        catalog = read(locale)
        count += len(catalog)
        if _path(locale).exists():
            with _path(locale).with_suffix(".mo").open("wb") as file:
                mofile.write_mo(file, catalog)
    return count

"""Papers to be kept: PDF with the real characters of Chinese and English text, the font's used part embedded.

Fonts are the system's Noto CJK (Debian: ``fonts-noto-cjk``). Without them a paper is refused, never made with holes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from fontTools.ttLib import TTCollection
from fpdf import FPDF

from channelhub.lib.errors import DomainError

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
NAMES = ("NotoSansCJK-{weight}.ttc", "NotoSansCJKsc-{weight}.otf", "NotoSansSC-{weight}.otf", "NotoSansSC-{weight}.ttf")
FACES = {"zh-hant": "Noto Sans CJK TC"}  # every other language: the simplified face
FACE = "Noto Sans CJK SC"
LARGEST_PICTURE = 60  # mm
# What a Chinese line does not begin and not end with.
NOT_FIRST = frozenset("，。、；：？！）》」』】〉”’…％%.,;:!?)]}")
NOT_LAST = frozenset("（《「『【〈“‘([{¥￥$")
# A run of letters and digits stays together; of the wide characters each may begin a line.
PIECES = re.compile(r"[^\s\u2e80-\ufaff\ufe30-\ufe4f\uff00-\uffef]+|\s+|.", re.DOTALL)


class NoFont(DomainError):
    """No font with Chinese characters is installed where the papers are made."""

    code = "no_font"
    http_status = 503

    def __init__(self) -> None:
        super().__init__(_("No paper can be made here: the font Noto Sans CJK is not installed (fonts-noto-cjk)."))


@lru_cache(maxsize=8)
def font_file(weight: str, language: str) -> tuple[Path, int] | None:
    """The file of a weight and, in a collection, the number of the language's face; None: not installed."""
    for folder in FOLDERS:
        for name in NAMES:
            found = next(iter(sorted(folder.rglob(name.format(weight=weight)))), None)
            if found is not None:
                return found, _face(found, FACES.get(language, FACE))
    return None


def _face(path: Path, wanted: str) -> int:
    if path.suffix != ".ttc":
        return 0
    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getDebugName(1)) for font in collection.fonts]
    return names.index(wanted) if wanted in names else 0


def lines_of(text: str, *, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The text in lines no wider than ``width``: between Chinese characters, at spaces, never before a closing mark.

    A word wider than the line is cut where the line ends.
    """
    for part in text.splitlines() or [""]:
        line = ""
        for piece in _kept_together(part):
            if measure(line + piece.rstrip()) <= width:
                line += piece
                continue
            if line.strip():
                yield line.rstrip()
            line = piece.lstrip()
            while measure(line) > width and len(line) > 1:
                fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or measure(line[:n]) <= width)
                yield line[:fits]
                line = line[fits:]
        yield line.rstrip()


def _kept_together(text: str) -> Iterator[str]:
    """Pieces that a line may be broken between."""
    held = ""
    for piece in PIECES.findall(text):
        if held and (piece[0] in NOT_FIRST or held[-1] in NOT_LAST):
            held += piece
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


class _Sheets(FPDF):
    """A4 sheets with a footer: what it is, and which of how many sheets."""

    footing = ""

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("text", size=8)
        self.cell(0, 6, self.footing)
        self.set_x(self.l_margin)
        self.cell(0, 6, f"{self.page_no()} / {{nb}}", align="R")


class Paper:
    """One PDF that is written from top to bottom: headings, paragraphs, facts, tables, a picture.

    ``made_at`` is written into it, so that the same words at the same instant are the same bytes.
    """

    def __init__(self, *, title: str, made_at: datetime, footing: str = "", language: str = "zh-hans") -> None:
        regular = font_file("Regular", language)
        if regular is None:
            raise NoFont
        bold = font_file("Bold", language) or regular
        self._pdf = _Sheets(format="A4", unit="mm")
        self._pdf.footing = footing or title
        self._pdf.set_margins(22, 20, 22)
        self._pdf.set_auto_page_break(True, margin=20)
        self._pdf.set_creation_date(made_at)
        self._pdf.set_title(title)
        self._pdf.set_lang(language)
        for style, (path, face) in (("", regular), ("B", bold)):
            self._pdf.add_font("text", style, str(path), collection_font_number=face)
        self._pdf.set_font("text", size=10.5)
        self._pdf.add_page()

    @property
    def width(self) -> float:
        """Between the margins, in millimetres."""
        return float(self._pdf.epw)

    def title(self, text: str) -> None:
        """The paper's name, large and in the middle."""
        self._write(text, size=17, bold=True, align="C", after=5)

    def heading(self, text: str) -> None:
        """A section's or clause's name; never alone at the foot of a sheet."""
        self._room_for(20)
        self._pdf.ln(2)
        self._write(text, size=12, bold=True, after=1.5)

    def paragraph(self, text: str, *, align: str = "L", size: float = 10.5) -> None:
        """Running text; line ends in it are kept."""
        self._write(text, size=size, align=align, after=2)

    def facts(self, rows: Sequence[tuple[str, str]], *, named: float = 42) -> None:
        """Names and what stands for each, side by side."""
        for name, text in rows:
            self._row([name, text], [named, self.width - named], bold=(True, False))
        self._pdf.ln(2)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[float] = ()) -> None:
        """A ruled table; ``widths`` are shares of the width. Its heading is repeated on each sheet."""
        shares = widths or [1] * len(headings)
        sizes = [self.width * share / sum(shares) for share in shares]
        bold = tuple(True for _heading in headings)
        self._row(headings, sizes, bold=bold, ruled=True)
        for row in rows:
            if self._row(row, sizes, bold=(False,) * len(row), ruled=True, before=lambda: None):
                continue
            self._row(headings, sizes, bold=bold, ruled=True)
            self._row(row, sizes, bold=(False,) * len(row), ruled=True)
        self._pdf.ln(3)

    def picture(self, content: Any, *, width: float = 30) -> None:
        """A picture (a file or its bytes) at most 60 mm wide, at the left margin."""
        self._pdf.image(content, w=min(width, LARGEST_PICTURE))
        self._pdf.ln(2)

    def space(self, millimetres: float) -> None:
        """Room for a signature or a seal."""
        self._room_for(millimetres)
        self._pdf.ln(millimetres)

    def content(self) -> bytes:
        """The whole paper."""
        return bytes(self._pdf.output())

    def _write(self, text: str, *, size: float, after: float, bold: bool = False, align: str = "L") -> None:
        self._pdf.set_font("text", "B" if bold else "", size)
        for line in lines_of(text, width=self.width - 2, measure=self._pdf.get_string_width):
            self._pdf.cell(0, size * 0.62, line, align=align, new_x="LMARGIN", new_y="NEXT")
        self._pdf.ln(after)

    def _room_for(self, millimetres: float) -> bool:
        """A new sheet when so much does not fit on this one; False: a new one was begun."""
        if self._pdf.will_page_break(millimetres):
            self._pdf.add_page()
            return False
        return True

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        *,
        bold: Sequence[bool],
        ruled: bool = False,
        before: Callable[[], None] | None = None,
    ) -> bool:
        """One row, its cells as high as the highest. With ``before``: False and nothing when a new sheet was begun."""
        height, size = 6.0, 9.5
        columns = []
        for text, width, is_bold in zip(cells, widths, bold, strict=True):
            self._pdf.set_font("text", "B" if is_bold else "", size)
            columns.append(list(lines_of(text, width=width - 3, measure=self._pdf.get_string_width)))
        tall = max(len(lines) for lines in columns) * height
        if not self._room_for(tall) and before is not None:
            return False
        x, y = self._pdf.l_margin, self._pdf.get_y()
        for lines, width, is_bold in zip(columns, widths, bold, strict=True):
            self._pdf.set_font("text", "B" if is_bold else "", size)
            if ruled:
                self._pdf.rect(x, y, width, tall)
            for number, line in enumerate(lines):
                self._pdf.set_xy(x, y + number * height)
                self._pdf.cell(width, height, line)
            x += width
        self._pdf.set_xy(self._pdf.l_margin, y + tall)
        return True

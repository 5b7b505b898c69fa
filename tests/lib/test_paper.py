"""Papers: real characters, one subset of the font, lines broken where Chinese breaks them, clear refusal."""

import re
import zlib
from datetime import UTC, datetime

import pytest

from channelhub.lib import paper
from channelhub.lib.paper import NoFont, Paper, font_file, lines_of

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
TEXT = "乙方应当在每季度结束前完成承诺的销售额（含税）。Sales are counted in CNY."
needs_font = pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed")


def broken(text, width):
    return list(lines_of(text, width=width, measure=len))


def test_lines_break_between_chinese_characters_and_at_spaces():
    assert broken("甲方乙方丙方", 4) == ["甲方乙方", "丙方"]
    assert broken("one two three", 8) == ["one two", "three"]


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    assert broken("甲方乙方。丙", 4) == ["甲方乙", "方。丙"]
    assert broken("甲方乙（丙方）", 4) == ["甲方乙", "（丙方）"]


def test_a_word_wider_than_the_line_is_cut():
    assert broken("abcdefgh", 3) == ["abc", "def", "gh"]


def test_line_ends_of_the_text_are_kept():
    assert broken("甲\n\n乙", 9) == ["甲", "", "乙"]


def a_paper():
    sheet = Paper(title="合同", made_at=NOON, footing="C-1")
    sheet.title("合同 Contract")
    sheet.facts([("甲方", "制造商"), ("乙方", "经销商" * 20)])
    sheet.heading("第一条")
    for _time in range(40):
        sheet.paragraph(TEXT)
    sheet.table(["季度", "金额"], [["2026-Q1", "1,000.00"]] * 60, widths=[1, 2])
    sheet.space(30)
    return sheet.content()


def streams_of(content):
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        yield zlib.decompress(part) if part.startswith(b"x") else part


@needs_font
def test_a_paper_embeds_the_used_part_of_the_font_and_says_which_characters_they_are():
    content = a_paper()

    assert content[:5] == b"%PDF-"
    assert len(content) < 300_000  # the whole font is 20 MB
    meanings = b"".join(part for part in streams_of(content) if b"beginbfchar" in part).lower()
    assert [f"{ord(letter):04x}".encode() in meanings for letter in "乙季度额"] == [True] * 4


@needs_font
def test_the_same_words_at_the_same_instant_are_the_same_bytes():
    assert a_paper() == a_paper()


def test_without_a_font_a_paper_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(paper, "FOLDERS", (tmp_path,))
    font_file.cache_clear()

    with pytest.raises(NoFont) as refusal:
        Paper(title="合同", made_at=NOON)

    font_file.cache_clear()
    assert (refusal.value.code, refusal.value.http_status) == ("no_font", 503)

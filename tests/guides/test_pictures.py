"""The guides' pictures: each is there, is shown on a page, and is small."""

import re

from django.conf import settings

GUIDES = settings.BASE_DIR / "docs" / "guides"
LARGEST = 120 * 1024


def test_every_picture_of_a_guide_is_there_and_no_other():
    shown = {path for page in GUIDES.glob("*.md") for path in re.findall(r"\]\((pictures/[^)]+)\)", page.read_text())}

    assert shown == {path.relative_to(GUIDES).as_posix() for path in GUIDES.glob("pictures/*")}


def test_no_picture_is_large():
    assert [path.name for path in GUIDES.glob("pictures/*") if path.stat().st_size > LARGEST] == []

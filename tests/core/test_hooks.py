"""Hooks: listed, filled once, and a start that fails when one is empty."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from channelhub.core import hooks
from channelhub.core.hooks import Hook, HookNotFilled, Hooks


@pytest.fixture
def own_list(monkeypatch):
    monkeypatch.setattr(hooks, "_all", [])


def question(number: int) -> int: ...


def test_the_page_of_hooks_lists_every_hook():
    page = (Path(settings.BASE_DIR) / "docs" / "hooks.md").read_text()

    listed = re.findall(r"^\| `([a-z_.]+)` \| (hooks?) \| (.+) \|$", page, re.MULTILINE)

    declared = [(hook.name, type(hook).__name__.lower(), hook.doc) for hook in hooks.every_hook()]
    assert listed == sorted(declared)


def test_an_empty_hook_fails_the_start_and_names_itself(own_list):
    Hook("test.question", "A question.", question)
    Hooks("test.parts", "Any number of parts.", question)

    with pytest.raises(HookNotFilled, match=r"^Hooks left empty: test\.question$"):
        hooks.require_all()


def test_a_filled_hook_answers_and_is_filled_once(own_list):
    hook = Hook("test.question", "A question.", question)
    hook.fill(abs)

    hooks.require_all()

    assert hook(-3) == 3
    with pytest.raises(HookNotFilled):
        hook.fill(round)


def test_an_empty_hook_refuses_to_answer(own_list):
    with pytest.raises(HookNotFilled):
        Hook("test.question", "A question.", question)(1)


def test_hooks_collect_every_part_once(own_list):
    parts = Hooks("test.parts", "Any number of parts.", question)
    for answer in (abs, round, abs):
        parts.add(answer)

    assert parts(-3) == [3, -3]

"""Messages: what is extracted, what counts as a gap, and that 繁體 follows from 简体."""

import pytest
from babel.messages import Catalog

from channelhub.core.services import messages


def test_messages_of_code_and_templates_are_found():
    ids = {message.id for message in messages.template()}

    assert {"partner", "A suspension needs a date and a reason."} <= ids


@pytest.mark.parametrize(
    ("source", "translation", "reason"),
    [
        ("partner", "渠道伙伴", ""),
        ("partner", "", "not translated"),
        ("%(count)s lines", "%(count)s 行", ""),
        ("%(count)s lines", "行", "other placeholders than the source"),
        ("%(count)s lines", "%(number)s 行", "other placeholders than the source"),
    ],
)
def test_a_gap_is_a_missing_translation_or_another_placeholder(source, translation, reason):
    catalog = Catalog(locale="zh_Hans")
    catalog.add(source, translation)
    template = Catalog()
    template.add(source)

    assert messages._gap(template.get(source), catalog.get(source)) == reason


def test_traditional_is_made_from_simplified_with_exceptions():
    convert = messages._converter()

    assert [convert("渠道伙伴"), convert("窜货")] == ["渠道夥伴", "竄貨"]

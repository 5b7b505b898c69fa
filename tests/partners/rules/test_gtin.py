import pytest

from partners.rules.gtin import NotAGtin, gtin


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("6901234567892", "6901234567892"),
        (" 690-1234567892 ", "6901234567892"),
        ("036000291452", "0036000291452"),
        ("00036000291452", "0036000291452"),
        ("16901234567899", "16901234567899"),
        ("73513537", "73513537"),
    ],
)
def test_one_number_is_kept_in_one_form(entered, kept):
    assert gtin(entered) == kept


@pytest.mark.parametrize("entered", ["", "6901234567891", "690123456789", "69012345678920", "ABC"])
def test_a_wrong_number_is_refused(entered):
    with pytest.raises(NotAGtin):
        gtin(entered)

import pytest

from partners.rules.company_numbers import Trouble, all_schemes, check, guess, schemes_of


@pytest.mark.parametrize(
    ("scheme", "number", "compact", "trouble"),
    [
        ("cn.uscc", "91110000600037341L", "91110000600037341L", None),
        ("cn.uscc", "9111 0000 6000 37341L", "91110000600037341L", None),
        ("cn.uscc", "91110000600037342L", "", Trouble.WRONG_CHECK_DIGIT),
        ("cn.uscc", "9111000060003734", "", Trouble.WRONG_LENGTH),
        ("eu.vat", "DE136695976", "DE136695976", None),
        ("eu.vat", "DE136695978", "", Trouble.WRONG_CHECK_DIGIT),
        ("xx.none", "1", "", Trouble.UNKNOWN_SCHEME),
    ],
)
def test_a_number_is_checked_by_its_scheme(scheme, number, compact, trouble):
    verdict = check(scheme, number)

    assert (verdict.compact, verdict.trouble) == (compact, trouble)


@pytest.mark.parametrize(
    ("country", "number", "scheme"),
    [
        ("CN", "91110000600037341L", "cn.uscc"),
        ("DE", "DE136695976", "eu.vat"),
        ("XX", "213800KUD8LAJWSQ9D15", "lei"),
        ("CN", "nonsense", "cn.uscc"),
    ],
)
def test_the_scheme_is_guessed_from_the_country(country, number, scheme):
    assert guess(country, number)[0] == scheme


def test_every_scheme_that_is_offered_can_be_checked():
    assert [scheme for scheme in all_schemes() if check(scheme, "1").trouble is Trouble.UNKNOWN_SCHEME] == []


def test_every_country_has_at_least_the_one_that_is_everywhere():
    assert schemes_of("AQ") == ("lei",)

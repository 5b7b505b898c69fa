import pytest

from channelhub.lib.sealing import CannotOpen, Seal, end_of


def test_what_is_sealed_is_not_readable_and_opens_again():
    seal = Seal(["one key"])

    sealed = seal.close("6222 0000 1234 5678")

    assert "6222" not in sealed
    assert sealed != seal.close("6222 0000 1234 5678")
    assert seal.open(sealed) == "6222 0000 1234 5678"


def test_a_new_key_in_front_opens_what_the_old_one_sealed():
    sealed = Seal(["old"]).close("12345678")

    both = Seal(["new", "old"])
    renewed = both.renewed(sealed)

    assert both.open(sealed) == "12345678"
    assert Seal(["new"]).open(renewed) == "12345678"
    with pytest.raises(CannotOpen):
        Seal(["new"]).open(sealed)


def test_a_number_is_found_by_its_mark_however_it_is_written_and_under_every_key():
    assert Seal(["a"]).marks("DE89 3704 0044") == Seal(["a"]).marks("de8937040044")
    assert Seal(["a"]).marks("1")[0] in Seal(["b", "a"]).marks("1")
    assert Seal(["a"]).marks("1") != Seal(["b"]).marks("1")


@pytest.mark.parametrize(("number", "end"), [("6222 0000 1234 5678", "5678"), ("1234567", ""), ("12345678", "5678")])
def test_the_end_of_a_number_is_shown_when_it_is_not_most_of_it(number, end):
    assert end_of(number) == end

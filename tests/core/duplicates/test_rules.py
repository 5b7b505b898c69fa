import pytest

from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.rules.duplicates.folding import folded, syllables
from channelhub.core.rules.duplicates.keys import asked, kept, split_pinyin
from channelhub.core.rules.duplicates.names import name_of
from channelhub.core.rules.duplicates.places import Place, place_of
from channelhub.core.rules.duplicates.scoring import Evidence, compare, likeness, on_curve
from channelhub.core.rules.duplicates.uses import COMPANIES, NAMES_ALONE


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Crédit Agricole S.A.", "credit agricole s a"),
        ("ＡＣＭＥ　Ｃｏ．，Ｌｔｄ．", "acme co ltd"),
        ("華東電器（上海）", "华东电器 上海"),
        ("ООО «Альянс»", "ooo alyans"),
        ("O'Neill & Sons", "oneill and sons"),
        ("Straße", "strasse"),
    ],
)
def test_width_case_accents_and_scripts_are_folded(text, plain):
    assert folded(text) == plain


def test_characters_are_read_as_their_word_is():
    assert syllables("重庆长安") == ("chong", "qing", "chang", "an")


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        ("Siemens AG", "Siemens Aktiengesellschaft", Evidence.NAME_CORE_SAME),
        ("SiemensGmbH", "Siemens", Evidence.NAME_SAME),
        ("ABC Co.", "A.B.C. Company", Evidence.NAME_CORE_SAME),
        ("OAO Gazprom", "Open Joint Stock Company Gazprom", Evidence.NAME_CORE_SAME),
        ("上海华东电器有限公司", "上海華東電器股份有限公司", Evidence.NAME_CORE_SAME),
        ("上海华东电器有限公司", "Shanghai Huadong Dianqi Co., Ltd.", Evidence.NAME_READ_SAME),
        ("上海华东电器有限公司", "上海化东电器有限公司", Evidence.NAME_READ_SAME),
        ("Harbour Summit Ltd", "Harbuor Summit Ltd", Evidence.NAME_ALIKE),
        ("Taylor Center", "Chicago Commons Taylor Center", Evidence.NAME_WITHIN),
        ("People's Liberation Army", "PLA", Evidence.NAME_INITIALS),
        ("Acme Ltd", "Zenith Ltd", Evidence.NAME_OTHER),
    ],
)
def test_the_way_two_names_are_alike_is_told(one, other, evidence):
    assert likeness(one, other)[0] == evidence


def test_two_companies_of_one_town_and_trade_are_not_alike():
    apart = compare(Facts(("上海华东电器有限公司",)), Facts(("上海南星电器有限公司",)), COMPANIES)

    assert apart.score < COMPANIES.suspected_from


def test_every_piece_of_evidence_is_a_step_with_its_points():
    ours = Facts(("Acme Trading Ltd",), "CN", (("cn.uscc", "1"),), ("acme.cn",), ("+86 21 5550 0100",), "1 Main Road")
    theirs = Facts(("ACME trading",), "DE", (("cn.uscc", "2"),), ("acme.cn",), ("021-55500100",), "1 Main Rd.")

    verdict = compare(ours, theirs, COMPANIES)

    assert [(step.code, step.points) for step in verdict.steps] == [
        (Evidence.NUMBER_OTHER, -60),
        (Evidence.NAME_CORE_SAME, 85),
        (Evidence.DOMAIN_SAME, 25),
        (Evidence.PHONE_SAME, 25),
        (Evidence.ADDRESS_SAME, 20),
        (Evidence.COUNTRY_OTHER, -20),
    ]
    assert verdict.score == 75


def test_one_company_number_is_enough():
    ours = Facts(("Acme",), numbers=(("cn.uscc", "91310000"),))
    theirs = Facts(("Acme Industries",), numbers=(("cn.uscc", "91310000"),))

    assert compare(ours, theirs, COMPANIES).score == 100


def test_shop_twelve_is_not_shop_thirteen():
    verdict = compare(Facts(("Acme Shop 12",)), Facts(("Acme Shop 13",)), NAMES_ALONE)

    assert verdict.steps[-1].code == Evidence.NAME_NUMBERS_OTHER


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("1633 North Hamlin Avenue", Place("1633", ("hamlin",), "n")),
        ("1633 N. Hamlin", Place("1633", ("hamlin",), "n")),
        ("1900 W. 23rd St., Suite 4", Place("1900", ("23",), "w")),
        ("上海市浦东新区张江路12号3楼", Place("12-3", ("上海浦东新张江",))),
    ],
)
def test_an_address_is_taken_apart(address, place):
    assert place_of(address) == place


@pytest.mark.parametrize(
    ("kept_name", "asked_name"),
    [
        ("华东星辰电器有限公司", "Huadong Xingchen Dianqi"),
        ("Huadong Xingchen Electronics Ltd", "华东星辰"),
        ("Huadong Xingchen Electronics Ltd", "huadongxingchen"),
        ("Vanderbilt Corp", "Vandebrilt"),
        ("Van der Bilt Corp", "Bilt van der"),
        ("Harbour Ltd", "Harbou Ltd"),
        ("Kiflit Ltd", "Kilfit Ltd"),
        ("华东星辰电器有限公司", "华东星晨电器"),
    ],
)
def test_a_record_is_found_under_a_key_though_it_is_written_otherwise(kept_name, asked_name):
    assert kept(Facts((kept_name,))) & asked(Facts((asked_name,)))


def test_pinyin_is_told_from_other_words():
    assert split_pinyin("shanghaihuadong") == ["shang", "hai", "hua", "dong"]
    assert split_pinyin("harbour") is None


def test_a_name_of_nothing_but_legal_form_keeps_its_words():
    assert name_of("Company").core == ("company",)
    assert name_of("有限公司").core == ("you", "xian", "gong", "si")


def test_a_curve_is_straight_between_its_points():
    assert [on_curve(value, ((0.5, 0), (1.0, 10))) for value in (0.1, 0.5, 0.75, 1.0, 2.0)] == [0, 0, 5, 10, 10]

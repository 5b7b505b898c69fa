from partners.rules.sorting import sort_key


def test_chinese_names_sort_by_pinyin_with_words_of_many_readings():
    names = ["重庆长安商贸", "阿里电器", "Beta 贸易", "上海宝信"]

    assert sorted(names, key=sort_key) == ["阿里电器", "Beta 贸易", "重庆长安商贸", "上海宝信"]
    assert sort_key("重庆长安") == "chong qing chang an"


def test_a_key_always_fits_its_column():
    assert len(sort_key("长" * 200)) == 400

"""One company looked for among a million names: the duplicate check beside a trigram index of the same names.

``search``: the peer's median over ours, of questions of every kind; ``recall``: how often the company asked for is
among the first ten, ours over the peer's; ``build``: writing all keys and their index, over building the trigram index.
The peer is the extension pg_trgm of a stock PostgreSQL, on a table of nothing but the names.
"""

import random
import re
import statistics
import time

from benchmarks.harness import Result, arguments, database, report, say, timed

NAMES = 1_000_000
FASTER, AT_LEAST, BUILD = 4.0, 1.0, 2.0
FIRST = 10
ONSETS = "b c d f g h j k l m n p r s t v w z br cr dr gr kr st tr sh th pl fl".split()  # noqa: SIM905 - easier to read
VOWELS = "a e i o u ai ea ou".split()  # noqa: SIM905 - likewise
ENDS = ["n", "r", "s", "x", "l", "m", "k", "t", "", "", "nd", "rd", "ck", "ss"]
PLACES = re.findall(
    "..",
    "北京上海广州深圳成都杭州武汉西安南京重庆天津苏州长沙青岛沈阳大连宁波厦门郑州济南合肥福州昆明贵阳南宁海口太原兰州",
)
OWN = (
    "华东南北金星辰宏图恒信联创桥方瑞丰天成博远中科云端海纳智汇鼎盛力美康龙达新源通顺泰安福兴隆德利盈和诚正明亮光大世纪凯悦"
    "佳宝祥润泽胜君豪帝景阳春晖庆嘉诺卓越腾飞翔宇航鑫森林木永昌荣贵裕亨元吉祺睿思锐捷迅驰奥普特莱克斯曼尔顿纳威施罗伦蒂亚洛"
)
TRADES = ["电子", "电器", "科技", "商贸", "贸易", "数码", "家电", "网络科技", "信息技术", "实业", "通讯", "供应链"]
FORMS = ["有限公司"] * 4 + ["股份有限公司", "有限责任公司"]
CITIES = ["Shanghai", "Shenzhen", "Guangzhou", "London", "Berlin", "Madrid", "Milan", "Paris", "Dubai", "Singapore"]
WORDS = ["Trading", "Technology", "Electronics", "Industrial", "Systems", "Group", "Logistics", "Supply", "Digital"]
LATIN_FORMS = ["Co., Ltd.", "Ltd", "GmbH", "Inc.", "LLC", "B.V.", "S.A.", "Limited", "Corp.", "Pty Ltd"]


def _word(draw, syllables):
    return "".join(draw.choice(ONSETS) + draw.choice(VOWELS) for _ in range(syllables)) + draw.choice(ENDS)


def _names(count, seed=1):
    draw = random.Random(seed)
    for number in range(count):
        if number % 2:
            own = "".join(draw.choice(OWN) for _ in range(draw.choice((2, 2, 3, 3, 4))))
            yield f"{draw.choice(PLACES)}{own}{draw.choice(TRADES)}{draw.choice(FORMS)}"
            continue
        words = [_word(draw, draw.choice((2, 2, 3))).title()]
        if draw.random() < 0.4:
            words.append(_word(draw, 2).title())
        if draw.random() < 0.3:
            words.insert(0, draw.choice(CITIES))
        yield " ".join([*words, draw.choice(WORDS), draw.choice(LATIN_FORMS)])


def _wrong_letter(draw, name):
    place = draw.randrange(1, max(len(name) - 6, 2))
    return name[:place] + draw.choice("aeioustr" if name.isascii() else OWN) + name[place + 1 :]


def _swapped(draw, name):
    place = draw.randrange(0, max(len(name) - 6, 1))
    return name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :]


def _other_form(draw, name):
    if name.isascii():
        return name.removesuffix(next(form for form in LATIN_FORMS if name.endswith(form))) + draw.choice(LATIN_FORMS)
    return re.sub("(股份)?有限(责任)?公司$", "", name)


def _left_out(draw, name):
    if not name.isascii():
        return name[:2] + name[2:].replace(draw.choice(TRADES), "")
    words = name.split()
    return " ".join(words[:-2] or words)


def _other_script(_draw, name):
    from opencc import OpenCC

    return name.upper().replace(" ", "  ") if name.isascii() else OpenCC("s2t").convert(name)


def _read_aloud(_draw, name):
    from channelhub.core.rules.duplicates.folding import syllables

    return name.lower() if name.isascii() else "".join(syllables(_other_form(_draw, name))).title() + " Co Ltd"


CHANGES = (_wrong_letter, _swapped, _other_form, _left_out, _other_script, _read_aloud)


def _fill(count):
    from channelhub.lib import sql

    sql.run("ALTER TABLE partners_partner DISABLE TRIGGER USER")
    columns = ["code", "name", "name_en", "sort_key", "country", "address", "phone", "suspended_reason"]
    rows = ((f"P{number:07d}", name, "", "", "", "", "", "") for number, name in enumerate(_names(count)))
    sql.copy_rows("partners_partner", columns, rows)
    sql.run("ALTER TABLE partners_partner ENABLE TRIGGER USER")
    sql.run("CREATE TABLE peer AS SELECT id, name FROM partners_partner")
    sql.run("VACUUM ANALYZE peer")
    sql.run("VACUUM ANALYZE partners_partner")


def _questions(count, number):
    from channelhub.lib import sql

    draw = random.Random(7)
    first = sql.fetch_one("SELECT min(id) FROM peer")
    ids = [first + draw.randrange(count) for _ in range(number)]
    names = dict(sql.fetch("SELECT id, name FROM peer WHERE id = ANY(%s)", [ids]))
    return [(found, CHANGES[place % len(CHANGES)](draw, names[found])) for place, found in enumerate(ids)]


def _ours(question):
    from channelhub.core.rules.duplicates.facts import Facts
    from channelhub.core.services.duplicates import finding
    from partners.services.duplicates import NAMES

    matches = finding.find("partners.partner", Facts((question,)), use=NAMES, limit=FIRST)
    return [match.record_id for match in matches]


def _theirs(question):
    from channelhub.lib import sql

    rows = sql.fetch(
        "SELECT id FROM peer WHERE name %% %s ORDER BY similarity(name, %s) DESC, id LIMIT %s",
        [question, question, FIRST],
    )
    return [row[0] for row in rows]


def _asked(search, questions):
    """The median time in ms of one question, and the share whose company was among the first."""
    times, hits = [], []
    for wanted, question in questions:
        begun = time.perf_counter()
        found = search(question)
        times.append((time.perf_counter() - begun) * 1000)
        hits.append(wanted in found)
    return statistics.median(times), sum(hits) / len(hits), hits


def main():
    """Fill, build both, ask both the same questions; nothing is kept."""
    options = arguments(__doc__, questions=120.0)
    with database("duplicates"):
        from channelhub.core.services.duplicates import entries, sources
        from channelhub.lib import sql

        count = int(NAMES * options.scale)
        _fill(count)
        sql.run("DELETE FROM core_duplicatedue")
        sql.run("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        say(f"{count} names")
        theirs = timed(lambda: sql.run("CREATE INDEX peer_by_trigrams ON peer USING gin (name gin_trgm_ops)"))
        source = sources.source_of("partners.partner")
        ours = timed(lambda: entries.rebuild(source, workers=2))
        say(f"keys and index written in {ours:.1f} s, the trigram index in {theirs:.1f} s")
        sql.run("VACUUM ANALYZE peer")
        sql.run("VACUUM core_duplicateentry")
        questions = _questions(count, int(options.questions))
        _asked(_ours, questions[:5])
        _asked(_theirs, questions[:5])
        our_time, our_recall, our_hits = _asked(_ours, questions)
        their_time, their_recall, their_hits = _asked(_theirs, questions)
        for place, change in enumerate(CHANGES):
            mine, peer = our_hits[place :: len(CHANGES)], their_hits[place :: len(CHANGES)]
            say(f"{change.__name__.strip('_'):14} found {sum(mine)} of {len(mine)}, trigrams {sum(peer)}")
        recall = our_recall / max(their_recall, 0.001)
        report(
            "duplicates",
            [
                Result.times_faster("search", our_time, their_time, FASTER),
                Result("recall", round(our_recall, 3), round(their_recall, 3), round(recall, 3), AT_LEAST, recall >= 1),
                Result.at_most("build", ours, theirs, BUILD),
            ],
        )


if __name__ == "__main__":
    main()

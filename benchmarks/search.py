"""One name among a million: the project's search beside the best a plain trigram-free database can do, by ILIKE.

``search_name``: the slowest median of questions of every kind through ``core.services.search.find``, in ms; 20 is the
mark. ``search_build``: writing the entries of all names, beside reading and folding them only.
"""

import random
import re
import statistics
import time

from benchmarks.harness import Result, arguments, database, report, say, timed

NAMES = 1_000_000
MARK = 20.0
PLACES = re.findall("..", "北京上海广州深圳成都杭州武汉西安南京重庆天津苏州长沙青岛沈阳大连")
WORDS = re.findall("..", "华东华南星辰宏图恒信联创金桥东方瑞丰天成博远中科云端海纳智汇鼎盛")
TRADES = re.findall("..", "电器科技商贸电子数码家电网络信息")
LATIN = ["north", "star", "union", "global", "prime", "delta", "river", "harbour", "summit", "orient", "pacific"]


def _names(count, seed=1):
    draw = random.Random(seed)
    for number in range(count):
        place, word, trade = draw.choice(PLACES), draw.choice(WORDS), draw.choice(TRADES)
        latin = " ".join(draw.choice(LATIN) for _ in range(2)).title()
        yield f"P{number:07d}", f"{place}{word}{trade}{number % 9973}有限公司", f"{latin} {number % 7919} Co Ltd"


def _fill(count):
    from channelhub.core.services.search_sources import source_of
    from channelhub.lib import sql
    from partners.rules.sorting import sort_key

    sql.run("ALTER TABLE partners_partner DISABLE TRIGGER core_search_insert")
    columns = ["code", "name", "name_en", "sort_key", "country", "address", "phone", "suspended_reason"]
    syllables = {word: sort_key(word) for word in (*PLACES, *WORDS, *TRADES, "有限公司")}

    def rows():
        for code, name, latin in _names(count):
            parts = [name[:2], name[2:4], name[4:6], name[6:-4], name[-4:]]
            yield (code, name, latin, " ".join(syllables.get(part, part) for part in parts), "CN", "", "", "")

    sql.copy_rows("partners_partner", columns, rows())
    sql.run("ALTER TABLE partners_partner ENABLE TRIGGER core_search_insert")
    return source_of("partners.partner")


def _questions():
    return {
        "code": "P0004711",
        "code, beginning": "P00047",
        "Chinese, two parts": "华东 4711",
        "Chinese, frequent": "上海电器",
        "in every name": "有限公司",
        "pinyin": "shanghaihuadong",
        "initials": "shhddq",
        "Latin": "harbour 4711",
        "one letter wrong": "harbuor summit",
        "nothing": "qqqxyz",
    }


def _median(question, user):
    from channelhub.core.services import search

    times = []
    for _ in range(15):
        begun = time.perf_counter()
        search.find(user, question)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _user():
    from django.utils import timezone

    from channelhub.core.models import User
    from channelhub.core.services import acting

    user = User.objects.create_superuser("bench@maker.example")
    user.acting = acting.of_session(user, {}, timezone.now())
    return user


def main():
    """Fill, build, ask; nothing is kept."""
    options = arguments(__doc__)
    with database("search"):
        from django.db import transaction

        from channelhub.core.services import search_setup
        from channelhub.lib import sql

        count = int(NAMES * options.scale)
        with transaction.atomic():
            source = _fill(count)
        say(f"{count} names")
        fold = timed(lambda: sql.fetch("SELECT count(core_search_folded(name || name_en)) FROM partners_partner"))
        build = timed(lambda: search_setup.rebuild(source))
        sql.run("VACUUM ANALYZE core_searchentry")
        say(f"entries written in {build:.1f} s")
        user = _user()
        medians = {name: _median(question, user) for name, question in _questions().items()}
        for name, median in medians.items():
            say(f"{name:20} {median:6.1f} ms")
        like = timed(lambda: sql.fetch("SELECT id FROM partners_partner WHERE name ILIKE '%华东电器4711%'")) * 1000
        say(f"reading the table through by ILIKE: {like:.0f} ms")
        worst = max(medians.values())
        report(
            "search",
            [
                Result("search_name", round(worst, 1), MARK, round(worst / MARK, 3), 1.0, ok=worst <= MARK),
                Result.at_most("search_build", build, fold, 60.0),
            ],
        )


if __name__ == "__main__":
    main()

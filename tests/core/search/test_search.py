import pytest
from django.db import connection
from django.utils import timezone

from channelhub.core.models import SearchDue, SearchEntry
from channelhub.core.rules import search as rules
from channelhub.core.services import acting, fence, search, search_setup
from channelhub.core.services.search_sources import every_source
from channelhub.lib import sql
from partners.services import details
from tests.factories.partners import make_partner, make_staff, make_territory

pytestmark = pytest.mark.django_db
TEXTS = [
    "",
    "Acme",
    'A-100 Laptop 14"',
    "华东电器（上海）有限公司",
    "Ürün Café ÀÉ",
    "  a\tb\n c  ",
    "ＡＢＣ１２３",
    "华",
    "o'Neill & Sons",
]


def stand(user):
    """As the middleware does before each request."""
    user.acting = acting.of_session(user, {}, timezone.now())
    return user


@pytest.fixture
def manager(staff):
    return stand(staff)


def titles(user, question, **more):
    return [found.title for found in search.find(user, question, **more)]


@pytest.mark.parametrize("text", TEXTS)
def test_python_and_the_database_fold_and_cut_alike(text):
    [(folded, grams)] = sql.fetch(
        "SELECT core_search_folded(%s), core_search_grams(core_search_folded(%s))", [text, text]
    )

    assert (folded, sorted(grams)) == (rules.folded(text), sorted(rules.grams(rules.folded(text))))


@pytest.mark.parametrize(
    "question",
    ["华东", "华", "电器", "hd01", "HD-01", "hua", "huadong", "hddq", "east china", "appliances", "华东 上海", "ｈｄ"],
)
def test_a_partner_is_found_by_code_name_english_pinyin_and_initials(question, manager):
    make_partner("HD-01", name="华东电器上海", name_en="East China Appliances")
    make_partner("XN-02", name="西南科技", name_en="Southwest Tech")

    assert titles(manager, question) == ["HD-01 华东电器上海"]


def test_one_wrong_letter_still_finds(manager):
    make_partner("P1", name="Appliances Shanghai")
    make_partner("P2", name="Northern Stars")

    assert titles(manager, "aplliances shanghai") == ["P1 Appliances Shanghai"]


def test_the_code_itself_comes_first_then_beginnings_then_parts(manager):
    make_partner("P1", name="X A100")
    make_partner("P2", name="XA100")
    make_partner("A1000", name="B")
    make_partner("A100", name="Z")

    assert titles(manager, "a100") == ["A100 Z", "A1000 B", "P1 X A100", "P2 XA100"]


def test_a_renamed_partner_is_found_by_its_new_name_only(manager):
    partner = make_partner("P1", name="Old Name")
    details.change_details(partner=partner, name="New Label")

    assert (titles(manager, "old name"), titles(manager, "label")) == ([], ["P1 New Label"])


def test_a_bulk_load_leaves_its_entries_as_rows_and_they_are_written_once(manager):
    total = search_setup.AT_ONCE + 1
    sql.run(
        "INSERT INTO partners_partner (code, name, name_en, sort_key, country, address, phone, suspended_reason)"
        " SELECT 'B' || g, 'Bulk ' || g, '', '', '', '', '', '' FROM generate_series(1, %s) g",
        [total],
    )
    before = (SearchDue.objects.count(), SearchEntry.objects.filter(kind="partners.partner").count())

    written = search.write_due()

    assert before == (total, 0)
    assert (written, search.write_due(), SearchDue.objects.count()) == (total, 0, 0)
    assert titles(manager, "B2001") == ["B2001 Bulk 2001"]


def test_a_rebuild_finds_nothing_to_mend(manager):
    make_partner("P1", name="Any")

    assert [search_setup.rebuild(source) for source in every_source()] == [0] * len(every_source())


def test_a_manager_of_a_territory_finds_its_partners_only():
    shanghai = make_territory("CN-SH")
    make_partner("P1", name="Shanghai Trade", home=shanghai)
    make_partner("P2", name="Beijing Trade", home=make_territory("CN-BJ"))
    manager = make_staff(territories=[shanghai])

    assert titles(stand(manager), "trade") == ["P1 Shanghai Trade"]


def test_a_dealer_finds_what_stands_under_it_and_nothing_of_others(anna, acme):
    make_partner("P1", name="Acme Child Trade", parent=acme)
    make_partner("P2", name="Foreign Trade")

    with fence.fenced(stand(anna).acting.standing):
        found = titles(anna, "trade")

    assert found == ["P1 Acme Child Trade"]


@pytest.mark.parametrize("rows", [1, 3])
def test_an_answer_costs_the_same_however_many_there_are(rows, manager, django_assert_num_queries):
    for number in range(rows):
        make_partner(f"Q{number}", name=f"Same {number}")

    with django_assert_num_queries(5):  # savepoint, by code, by words, release, partners
        found = titles(manager, "same")

    assert len(found) == rows


def test_the_index_serves_the_question():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM core_searchentry WHERE grams @> ARRAY[1, 2]::integer[]")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "core_search_by_grams" in plan

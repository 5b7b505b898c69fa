"""Reference data: complete, added once, never overwritten."""

from datetime import date

import pycountry
import pytest
from django.core.management import call_command

from channelhub.core.models import Role
from partners.errors import CodeTaken, NodeEnded
from partners.models import PartnerType, ProductLine, SalesChannel, Territory
from partners.services.areas import AreaRow, add_area, add_areas, end_area
from partners.services.reference import load_reference
from tests.factories.partners import make_product_line, make_staff
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db


def test_the_world_and_chinas_provinces_stand_in_one_tree():
    load_reference()

    china = Territory.objects.get(code="CN")
    assert (Territory.objects.filter(depth=1).count(), china.name, china.name_en) == (249, "中国", "China")
    provinces = Territory.objects.get_children(china)
    assert (len(provinces), china.numchild) == (34, 34)
    assert [(p.name, p.name_en) for p in provinces if p.code == "CN-ZJ"] == [("浙江", "Zhejiang")]
    assert Territory.objects.find_problems() == ([], [], [], [], [])


def test_every_code_of_a_province_is_an_iso_code():

    load_reference()

    ours = set(Territory.objects.filter(depth=2).values_list("code", flat=True))
    assert ours == {subdivision.code for subdivision in pycountry.subdivisions.get(country_code="CN")}


def test_loading_again_adds_nothing_and_leaves_what_was_changed(django_assert_max_num_queries):
    load_reference()
    Role.objects.filter(code="analyst").update(permissions=["partners.view_partner"])
    Territory.objects.filter(code="CN-ZJ").update(name="浙江省")

    with django_assert_max_num_queries(45):
        added = load_reference()

    assert set(added.values()) == {0}
    assert Role.objects.get(code="analyst").permissions == ["partners.view_partner"]
    assert Territory.objects.get(code="CN-ZJ").name == "浙江省"


def test_the_command_says_what_it_added(capsys):
    call_command("load_reference")

    assert capsys.readouterr().out.splitlines() == [
        "roles: 16 added",
        "processes: 4 added",
        "territories: 283 added",
        "sales channels: 14 added",
        "partner types: 17 added",
        "contract templates: 2 added",
        "tracks: 2 added",
    ]
    assert PartnerType.objects.count() == 17
    assert [c.code for c in SalesChannel.objects.get_children(SalesChannel.objects.get(code="online"))][:2] == [
        "tmall",
        "taobao",
    ]


@pytest.mark.parametrize(
    ("role", "permission", "granted"),
    [
        ("administrator", "anything.delete_all", True),
        ("auditor", "pricing.view_rebateposting", True),
        ("auditor", "partners.change_partner", False),
        ("channel_manager", "partners.change_partner", True),
        ("channel_manager", "core.change_accountingmonth", False),
        ("finance", "core.change_accountingmonth", True),
        ("telesales", "pricing.view_salesline", False),
    ],
)
def test_roles_grant_what_they_say(role, permission, granted):
    load_reference()

    assert make_staff(role=role).has_perm(permission) is granted


def test_an_auditor_may_open_every_app_and_telesales_not_all():
    load_reference()
    auditor, telesales = make_staff(role="auditor"), make_staff(role="telesales")

    assert [auditor.has_module_perms(app) for app in ("core", "partners", "pricing")] == [True, True, True]
    assert [telesales.has_module_perms(app) for app in ("core", "partners", "pricing")] == [True, True, False]


def test_a_code_is_given_once():
    make_product_line("phones")

    with pytest.raises(CodeTaken):
        add_area(model=ProductLine, row=AreaRow("phones", "手机"))


def test_what_has_ended_gets_no_children():
    line = add_area(model=ProductLine, row=AreaRow("phones", "手机"))
    child = add_area(model=ProductLine, row=AreaRow("smart", "智能手机"), parent=line)

    line = end_area(node=line, last=date(2026, 3, 31))

    child.refresh_from_db()
    assert (line.ends_on, child.ends_on, child.path) == (date(2026, 3, 31), date(2026, 3, 31), line.path + "0001")
    with pytest.raises(NodeEnded):
        add_area(model=ProductLine, row=AreaRow("feature", "功能手机"), parent=line)


@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_once_never_share_a_path():
    root = add_area(model=ProductLine, row=AreaRow("root", "全部"))
    rows = [[AreaRow(f"n{n}-{i}", f"{n}") for i in range(5)] for n in range(4)]

    results = at_once(*[lambda part=part: add_areas(model=ProductLine, rows=part, parent=root) for part in rows])

    root.refresh_from_db()
    assert (results, root.numchild) == ([5, 5, 5, 5], 20)
    assert ProductLine.objects.find_problems() == ([], [], [], [], [])

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.core.models import Comment, ViewAs
from channelhub.core.templatetags.formats import period_text
from channelhub.lib.periods import business_day, date_range
from partners.models import Authorisation, Membership, Partner
from partners.services import authorisations
from partners.services.authorisations import Limits
from tests.conftest import logged_in
from tests.factories.partners import make_partner, make_partner_type, make_role, make_staff, make_territory

pytestmark = pytest.mark.django_db
LIST = "/admin/partners/partner/"
FIRST = "2031-04-01"


def page_of(partner, action="change"):
    return reverse(f"admin:partners_partner_{action}", args=[partner.pk])


def codes(response):
    return [partner.code for partner in response.context["cl"].result_list]


def confirm(client, address, data):
    """What a person does: look at the preview, then press its button."""
    preview = client.post(address, data)
    previewed = preview.context["previewed"]
    return preview, client.post(address, {**data, "previewed": previewed})


def placements(partner):
    return [(row.parent.code, period_text(row.valid_during)) for row in partner.placements.order_by("valid_during")]


def test_partners_stand_in_the_order_of_their_pinyin(as_staff):
    for code, name in (("b", "上海"), ("a", "北京"), ("c", "Acme")):
        make_partner(code, name=name)

    assert codes(as_staff.get(LIST)) == ["c", "a", "b"]


@pytest.mark.parametrize("typed", ["EAST-1", "华东", "huadong", "Eastern"])
def test_a_partner_is_found_by_code_name_or_pinyin(typed, as_staff, acme):
    make_partner("east-1", name="华东电器", name_en="Eastern Electric")

    assert codes(as_staff.get(LIST, {"q": typed})) == ["east-1"]


def test_a_territory_shows_the_partners_beneath_it(as_staff, acme):
    china = make_territory("CN")
    jiangsu = make_territory("CN-JS", parent=china)
    make_partner("nanjing", home=jiangsu)

    assert codes(as_staff.get(LIST, {"territory": "CN"})) == ["nanjing"]


def test_types_and_suspension_filter(as_staff, acme):
    retailer = make_partner_type("retailer")
    make_partner("shop", types=[retailer])
    Partner.objects.filter(pk=acme.pk).update(suspended_at=timezone.now(), suspended_reason="lapsed")

    assert codes(as_staff.get(LIST, {"type": "retailer"})) == ["shop"]
    assert codes(as_staff.get(LIST, {"suspended": "yes"})) == ["acme"]


@pytest.mark.parametrize("partners", [1, 3])
def test_the_list_costs_the_same_however_many(partners, as_staff, django_assert_max_num_queries):
    home, kind, parent = make_territory(), make_partner_type(), make_partner("top")
    for _ in range(partners):
        make_partner(home=home, types=[kind], parent=parent)
    as_staff.get(LIST)  # what a process reads once is read now

    with django_assert_max_num_queries(20) as captured:
        response = as_staff.get(LIST)

    assert (response.status_code, len(captured)) == (200, 17)


def test_a_manager_of_a_territory_sees_its_partners_and_no_others():
    east, west = make_territory("EAST"), make_territory("WEST")
    mine, other = make_partner("mine", home=east), make_partner("other", home=west)
    client = logged_in(make_staff(territories=[east]))

    assert codes(client.get(LIST)) == ["mine"]
    for action in ("change", "history", "move", "authorise", "invite", "change_home", "suspend"):
        assert client.get(page_of(mine, action)).status_code == 200
        assert client.get(page_of(other, action)).status_code == 404


def test_a_reader_sees_and_cannot_write(acme):
    client = logged_in(make_staff(role="reader", permissions=["partners.view_partner"]))

    assert client.get(page_of(acme)).status_code == 200
    assert client.post(page_of(acme), {"name": "Changed"}).status_code == 403
    assert client.get(page_of(acme, "move")).status_code == 403
    assert Partner.objects.get(pk=acme.pk).name == "Acme"


def test_a_new_partner_stands_in_the_tree_with_home_and_types(as_staff, acme):
    home, kind = make_territory("EAST"), make_partner_type("retailer")
    data = {"code": "new", "name": "新店", "parent": acme.pk, "home": home.pk, "types": [kind.pk], "since": FIRST}

    as_staff.post(reverse("admin:partners_partner_add"), data)

    partner = Partner.objects.get(code="new")
    assert (partner.sort_key, placements(partner)) == ("xin dian", [("acme", f"from {FIRST}")])
    assert partner.home_territories.get().territory == home
    assert partner.type_assignments.get().type == kind


def test_a_code_in_use_is_said_at_the_form(as_staff, acme):
    response = as_staff.post(reverse("admin:partners_partner_add"), {"code": "acme", "name": "Again"})

    assert response.context["adminform"].form.errors == {"code": ["Partner with this Code already exists."]}


def test_details_are_changed_and_the_history_says_by_whom(as_staff, acme):
    as_staff.post(page_of(acme), {"name": "Acme Ltd", "name_en": "", "country": "CN", "address": "", "phone": ""})

    changes = as_staff.get(page_of(acme, "history")).context["changes"]
    by_stella = [change for change in changes if change.who == "Stella"]  # all in one instant: the test's transaction
    assert [change.what for change in by_stella] == ["changed"]
    assert sorted(by_stella[0].values) == [("country", "–", "CN"), ("name", "Acme", "Acme Ltd")]


def test_a_move_is_shown_before_it_is_made(as_staff, acme):
    old, child = make_partner("old"), make_partner("child")
    partner = make_partner("moving", parent=old)
    make_partner("below", parent=partner)
    data = {"parent": acme.pk, "first_day": FIRST}

    preview, done = confirm(as_staff, page_of(partner, "move"), data)

    assert preview.context["preview"].changes == [("stands under", "old old", "acme Acme")]
    assert ("takes along", "1 partner") in preview.context["preview"].facts
    assert placements(partner) == [("old", "to 2031-03-31"), ("acme", f"from {FIRST}")]
    assert done["Location"] == page_of(partner)
    assert child.placements.count() == 0


def test_a_preview_alone_moves_nobody_and_changed_input_is_shown_again(as_staff, acme, other_partner):
    address = page_of(acme, "move")
    previewed = as_staff.post(address, {"parent": other_partner.pk, "first_day": FIRST}).context["previewed"]

    again = as_staff.post(address, {"parent": other_partner.pk, "first_day": "2031-05-01", "previewed": previewed})

    assert again.status_code == 200
    assert placements(acme) == []


def test_a_circle_is_said_in_the_preview_and_refused(as_staff, acme):
    child = make_partner("child", parent=acme)

    preview = as_staff.post(page_of(acme, "move"), {"parent": child.pk, "first_day": FIRST})

    assert preview.context["preview"].refused is True
    assert preview.context["previewed"] == ""


def test_an_exclusive_rival_is_shown_before_saving(as_staff, acme, other_partner):
    east = make_territory("EAST")
    authorisations.grant_authorisation(
        partner=other_partner,
        valid_during=date_range(date(2031, 1, 1)),
        limits=Limits(territory=east),
        exclusive=True,
        at=timezone.now(),
    )
    data = {"territory": east.pk, "exclusive": "on", "valid_from": FIRST}

    preview = as_staff.post(page_of(acme, "authorise"), data).context["preview"]

    assert preview.facts[1] == ("overlaps", "Other: from 2031-01-01 (exclusive)")
    assert preview.refused is True


def test_an_authorisation_is_granted_and_ended(as_staff, acme):
    east = make_territory("EAST")
    data = {"territory": east.pk, "valid_from": FIRST, "valid_through": "2031-12-31"}

    confirm(as_staff, page_of(acme, "authorise"), data)

    row = Authorisation.objects.get()
    assert period_text(row.valid_during) == "2031-04-01 to 2031-12-31"
    confirm(as_staff, reverse("admin:partners_authorisation_end", args=[row.pk]), {"last": "2031-06-30"})
    assert period_text(Authorisation.objects.get().valid_during) == "2031-04-01 to 2031-06-30"


def test_a_person_is_invited_and_leaves(as_staff, acme):
    role = make_role("buyer")
    data = {"email": "li@acme.example", "name": "Li", "role": role.pk, "valid_from": FIRST}

    as_staff.post(page_of(acme, "invite"), data)

    membership = Membership.objects.get(partner=acme)
    assert (membership.name, membership.user.has_usable_password()) == ("Li", False)
    confirm(as_staff, reverse("admin:partners_membership_leave", args=[membership.pk]), {"last": "2031-05-01"})
    assert period_text(Membership.objects.get(pk=membership.pk).valid_during) == "2031-04-01 to 2031-05-01"


def test_a_refusal_of_a_service_stands_above_the_kept_input(as_staff, acme):
    staff = make_staff("boss@maker.example")
    data = {"email": staff.email, "name": "Boss", "role": make_role("buyer").pk, "valid_from": FIRST}

    response = as_staff.post(page_of(acme, "invite"), data)

    assert response.context["form"].non_field_errors() == ["This address belongs to the maker's own staff."]
    assert response.context["form"]["name"].value() == "Boss"


def test_suspending_asks_for_a_reason(as_staff, acme):
    address = page_of(acme, "suspend")

    assert as_staff.post(address, {"reason": ""}).context["form"].errors == {"reason": ["This field is required."]}
    as_staff.post(address, {"reason": "licence lapsed"})

    assert Partner.objects.get(pk=acme.pk).suspended_reason == "licence lapsed"


def test_a_comment_is_internal_unless_shared(as_staff, acme):
    address = reverse("admin:partners_partner_comment", args=[acme.pk])

    as_staff.post(address, {"body": "Check the licence"})
    as_staff.post(address, {"body": "Please send your licence", "shared": "on"})

    written = [(comment.body, comment.partner_id) for comment in Comment.objects.order_by("pk")]
    assert written == [("Check the licence", None), ("Please send your licence", acme.pk)]
    assert [comment.body for comment in as_staff.get(page_of(acme)).context["comments"]] == [
        "Check the licence",
        "Please send your licence",
    ]


def test_viewing_as_a_dealer_is_kept_and_closes_the_admin(as_staff, staff, acme):
    as_staff.post(reverse("view_as_partner", args=[acme.pk]))

    viewing = ViewAs.objects.get()
    assert (viewing.user, viewing.partner_id, viewing.ended_at) == (staff, acme.pk, None)
    assert as_staff.get(page_of(acme), follow=True).redirect_chain[-1][0] == reverse("view_as")

    stopped = as_staff.post(reverse("view_as_stop"))
    assert stopped["Location"] == page_of(acme)
    assert ViewAs.objects.get().ended_at is not None
    assert as_staff.get(page_of(acme)).status_code == 200


def test_nobody_views_as_a_partner_of_another_territory(as_anna, acme):
    east, west = make_territory("EAST"), make_territory("WEST")
    other = make_partner("west", home=west)
    client = logged_in(make_staff(territories=[east]))

    assert client.post(reverse("view_as_partner", args=[other.pk])).status_code == 404
    assert as_anna.post(reverse("view_as_partner", args=[acme.pk])).status_code == 403
    assert ViewAs.objects.count() == 0


def test_a_second_viewing_ends_the_first(as_staff, acme, other_partner):
    as_staff.post(reverse("view_as_partner", args=[acme.pk]))
    as_staff.post(reverse("view_as_stop"))
    as_staff.post(reverse("view_as_partner", args=[other_partner.pk]))

    assert ViewAs.objects.filter(ended_at__isnull=True).get().partner_id == other_partner.pk


def test_staff_is_limited_to_territories_after_a_preview(as_staff):
    east, person = make_territory("EAST"), make_staff("li@maker.example", name="Li")
    address = reverse("admin:partners_staffscope_of", args=[person.pk])

    preview, _done = confirm(as_staff, address, {"territories": [east.pk]})

    assert preview.context["preview"].changes == [("sees partners of", "every partner", "EAST EAST")]
    assert [scope.territory for scope in person.scopes.all()] == [east]


def test_a_change_of_home_and_types_shows_old_and_new(as_staff):
    east, west = make_territory("EAST"), make_territory("WEST")
    retailer, agent = make_partner_type("retailer"), make_partner_type("agent")
    partner = make_partner(home=east, types=[retailer])
    day = business_day(timezone.now()) + timedelta(days=30)

    home, _ = confirm(as_staff, page_of(partner, "change_home"), {"territory": west.pk, "first_day": day})
    types, _ = confirm(as_staff, page_of(partner, "change_types"), {"types": [agent.pk], "first_day": day})

    assert home.context["preview"].changes == [("home territory", "EAST EAST", "WEST WEST")]
    assert types.context["preview"].changes == [("types", "retailer", "agent")]
    assert partner.home_territories.count() == partner.type_assignments.count() == 2


def test_signing_out_ends_the_viewing(as_staff, acme):
    as_staff.post(reverse("view_as_partner", args=[acme.pk]))

    as_staff.post(reverse("account_logout"))

    assert ViewAs.objects.get().ended_at is not None


def test_a_partner_is_found_by_a_few_letters_as_it_is_now(as_staff, acme):
    address = reverse("admin:search")
    first = as_staff.get(address, {"s": "acm", "extended": "1"}).context["results"]
    make_partner("acm2", name="Acme Two")

    second = as_staff.get(address, {"s": "acm", "extended": "1"}).context["results"]

    assert [result.title for result in first] == ["acme Acme"]
    assert sorted(result.title for result in second) == ["acm2 Acme Two", "acme Acme"]


def test_nobody_finds_partners_of_another_territory_by_a_few_letters(acme):
    client = logged_in(make_staff(territories=[make_territory("EAST")]))

    assert list(client.get(reverse("admin:search"), {"s": "acm", "extended": "1"}).context["results"]) == []


def test_the_filtered_list_of_partners_is_a_file(as_staff, acme):
    make_partner("east", name="=cmd")
    Partner.objects.filter(pk=acme.pk).update(suspended_at=timezone.now(), suspended_reason="lapsed")

    answer = as_staff.get(reverse("admin:partners_partner_export"), {"suspended": "no", "format": "csv"})

    rows = answer.content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[:2] for row in rows] == [['"code"', '"name"'], ["east", "'=cmd"]]

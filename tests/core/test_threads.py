"""Comments and documents on records: who reads them, and that they stay as they were written."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import InternalError, transaction
from django.urls import reverse

from channelhub.core.errors import CommentEmpty, CommentOfAnother, DocumentRefused
from channelhub.core.models import Comment, Document, User
from channelhub.core.services import comments, documents, fence
from channelhub.core.services.fence import Standing
from partners.models import Partner

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def acme():
    return Partner.objects.create(code="acme", name="Acme")


@pytest.fixture
def staff():
    return User.objects.create_user("sam@maker.test", name="Sam", is_staff=True)


@pytest.fixture
def anna(acme):
    user = User.objects.create_user("anna@acme.test", name="Anna")
    user.acting = SimpleNamespace(standing=Standing(acme.pk, (acme.pk,)), territories=())
    return user


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_the_fence_itself_hides_internal_comments(acme, staff, anna):
    comments.add_comment(record=acme, author=staff, body="Do not tell them", at=NOON)
    shared = comments.add_comment(record=acme, author=staff, body="Welcome", at=NOON, partner_id=acme.pk)

    with fence.fenced(anna.acting.standing):
        seen = list(Comment.objects.all()), list(Comment.objects.visible_to(anna).on_record(acme))

    assert seen == ([shared], [shared])


def test_a_comment_shared_with_another_partner_on_the_same_record_stays_hidden(acme, staff, anna):
    carla = Partner.objects.create(code="carla", name="Carla")
    comments.add_comment(record=acme, author=staff, body="For Carla", at=NOON, partner_id=carla.pk)

    with fence.fenced(anna.acting.standing):
        assert Comment.objects.count() == 0


def test_a_dealer_writes_from_inside_the_fence(acme, anna):
    with fence.fenced(anna.acting.standing):
        comment = comments.add_comment(record=acme, author=anna, body=" Thanks ", at=NOON, partner_id=acme.pk)

    assert (comment.body, comment.author_name, comment.is_internal) == ("Thanks", "Anna", False)


def test_an_empty_comment_is_refused(acme, anna):
    with pytest.raises(CommentEmpty):
        comments.add_comment(record=acme, author=anna, body=" ", at=NOON)


def test_what_was_written_is_never_changed_or_deleted(acme, staff):
    comments.add_comment(record=acme, author=staff, body="Welcome", at=NOON)

    for change in (lambda: Comment.objects.update(body="Go away"), lambda: Comment.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_a_comment_is_hidden_by_its_author_or_staff_only(acme, staff, anna):
    carla = User.objects.create_user("carla@carla.test")
    comment = comments.add_comment(record=acme, author=anna, body="Oops", at=NOON, partner_id=acme.pk)

    with pytest.raises(CommentOfAnother):
        comments.hide_comment(comment=comment, by=carla, at=NOON)
    comments.hide_comment(comment=comment, by=staff, at=NOON)

    assert list(Comment.objects.on_record(acme)) == []


def store(name="terms.pdf", content=b"%PDF", **options):
    return documents.store_document(file=ContentFile(content), name=name, at=NOON, **options)


def test_a_document_is_kept_by_its_hash_and_found_again(acme, own_media):
    first = store(record=acme, partner_id=acme.pk)
    second = store(name="copy.pdf")

    files = [path for path in own_media.rglob("*") if path.is_file()]
    assert files == [documents.path_of(first)] == [documents.path_of(second)]
    assert (files[0].read_bytes(), first.media_type, first.size) == (b"%PDF", "application/pdf", 4)


@pytest.mark.parametrize(("name", "content"), [("page.html", b"x"), ("empty.pdf", b""), ("nothing", b"x")])
def test_a_document_that_is_empty_or_of_a_strange_kind_is_refused(name, content):
    with pytest.raises(DocumentRefused):
        store(name=name, content=content)


def test_a_document_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "LARGEST", 3)

    with pytest.raises(DocumentRefused):
        store()


def test_a_name_never_leads_elsewhere():
    assert store(name="..\\..\\etc/terms.pdf").name == "terms.pdf"


def test_a_dealer_sees_its_own_documents_only(acme, anna):
    carla = Partner.objects.create(code="carla", name="Carla")
    own = store(partner_id=acme.pk)
    store(partner_id=carla.pk)
    store()

    with fence.fenced(anna.acting.standing):
        seen = list(Document.objects.all())

    assert seen == [own]


def test_a_comment_with_a_character_that_nothing_can_keep_is_kept_without_it(acme, anna):
    written = comments.add_comment(record=acme, author=anna, body=" a\x00b ", at=NOON, partner_id=acme.pk)

    assert written.body == "ab"
    with pytest.raises(CommentEmpty):
        comments.add_comment(record=acme, author=anna, body="\x00", at=NOON)


def test_a_document_whose_file_is_lost_is_not_there(client, staff, acme):
    stored = documents.store_document(file=ContentFile(b"%PDF-1.4"), name="a.pdf", at=NOON, by=staff, record=acme)
    documents.path_of(stored).unlink()
    client.force_login(staff)

    assert client.get(reverse("document", args=[stored.pk])).status_code == 404

"""Threads on records: internal, or shared with one partner."""

from datetime import datetime

from django.db.models import Model

from channelhub.core.errors import CommentEmpty, CommentOfAnother
from channelhub.core.models import Comment, User
from channelhub.core.services import outbox
from channelhub.core.services.fence import unfenced


def add_comment(*, record: Model, author: User, body: str, at: datetime, partner_id: int | None = None) -> Comment:
    """Write on a record that the caller fetched behind the fence; without a partner the comment is internal.

    Refuses an empty text. A dealer's comment must name its own partner: the view passes ``acting.partner_id``.
    """
    body = body.replace("\x00", "").strip()
    if not body:
        raise CommentEmpty("Write something.")
    with unfenced():
        comment = Comment.objects.create(
            record_type=record._meta.label_lower,
            record_id=record.pk,
            partner_id=partner_id,
            author=author,
            author_name=author.name or author.email.partition("@")[0],
            body=body,
            written_at=at,
        )
        outbox.publish("core.comment.added", occurred_at=at, comment_id=comment.pk)
    return comment


def hide_comment(*, comment: Comment, by: User, at: datetime) -> Comment:
    """Take a comment out of sight, kept in the books; refuses those of others unless staff."""
    if comment.author_id != by.pk and not by.is_staff:
        raise CommentOfAnother("Only its author may hide a comment.")
    with unfenced():
        Comment.objects.filter(pk=comment.pk, hidden_at__isnull=True).update(hidden_at=at)
    comment.hidden_at = comment.hidden_at or at
    return comment

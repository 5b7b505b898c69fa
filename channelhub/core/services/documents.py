"""Documents: kept by hash under MEDIA_ROOT, given out one by one to whoever may see them."""

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db.models import Model

from channelhub.core.errors import DocumentRefused
from channelhub.core.models import Document, User
from channelhub.core.services import outbox
from channelhub.core.services.fence import unfenced

LARGEST = 25 * 1024 * 1024
# Kinds of file that are taken: ending → media type. Never HTML or SVG, which would run in the reader's browser.
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def store_document(
    *,
    file: File,
    name: str,
    at: datetime,
    by: User | None = None,
    record: Model | None = None,
    partner_id: int | None = None,
) -> Document:
    """Keep a file with a record; refuses what is empty, over 25 MB, or of a kind that is not taken."""
    name = PurePosixPath(name.replace("\\", "/")).name[:200]
    media_type = KINDS.get(name.rpartition(".")[2].lower())
    if media_type is None:
        raise DocumentRefused(f"Files of this kind are not taken; these are: {', '.join(sorted(KINDS))}.")
    if not file.size or file.size > LARGEST:
        raise DocumentRefused("A file holds something, and at most 25 MB.")
    sha256 = keep_file(file)
    about: dict[str, Any] = {}
    if record is not None:
        about = {"record_type": record._meta.label_lower, "record_id": record.pk}
    with unfenced():
        document = Document.objects.create(
            name=name,
            media_type=media_type,
            size=file.size,
            sha256=sha256,
            partner_id=partner_id,
            stored_at=at,
            stored_by=by,
            **about,
        )
        outbox.publish("core.document.stored", occurred_at=at, document_id=document.pk)
    return document


def path_of(document: Document) -> Path:
    """Where a document's content lies."""
    return place_of(document.sha256)


def hide_document(*, document: Document, at: datetime) -> Document:
    """Take a document out of sight; the file stays."""
    with unfenced():
        Document.objects.filter(pk=document.pk, hidden_at__isnull=True).update(hidden_at=at)
    document.hidden_at = document.hidden_at or at
    return document


def place_of(sha256: str) -> Path:
    """Where the content with this hash lies."""
    return Path(settings.MEDIA_ROOT) / "documents" / sha256[:2] / sha256


def keep_file(file: File) -> str:
    """Write the content beside its place and rename: a crash leaves no half file under a hash."""
    root = Path(settings.MEDIA_ROOT) / "documents"
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=root, prefix=".incoming-", delete=False) as target:
        for part in file.chunks():
            digest.update(part)
            target.write(part)
        target.flush()
        os.fsync(target.fileno())
    place = place_of(digest.hexdigest())
    place.parent.mkdir(exist_ok=True)
    Path(target.name).replace(place)
    return digest.hexdigest()

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from channelhub.core.models import Document
from channelhub.core.services import documents


@require_safe
def download(request, pk):
    """A document, to whoever may see it; always saved, never shown inside our pages."""
    document = get_object_or_404(Document.objects.visible_to(request.user).filter(hidden_at__isnull=True), pk=pk)
    try:
        content = documents.path_of(document).open("rb")
    except FileNotFoundError as error:  # restored from a backup without its files
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=document.name)
    response["Content-Type"] = document.media_type
    response["X-Content-Type-Options"] = "nosniff"
    return response

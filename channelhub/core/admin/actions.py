"""Actions with a page of their own: input, then old → new before saving, then one service call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from channelhub.lib.errors import DomainError

NOT_INPUT = {"csrfmiddlewaretoken", "previewed", "step"}


@dataclass(frozen=True)
class Preview:
    """What saving would do: rows of (what, old, new), facts of (name, text), warnings, and the effect's name."""

    changes: list[tuple[str, str, str]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    button: str = ""
    refused: bool = False


@dataclass(frozen=True)
class ActionPage:
    """One action on a record: its title, form, preview, act (the one service call) and where it leads.

    ``preview`` None: the form itself says everything, it is saved at once.
    """

    title: str
    form: type
    act: Callable[[dict], str]
    back: str
    preview: Callable[[dict], Preview] | None = None
    button: str = ""
    hint: str = ""
    initial: dict = field(default_factory=dict)
    form_options: dict = field(default_factory=dict)
    then: Callable[[str], object] | None = None  # answers instead of the way back: a secret shown once


def _digest(data):
    """What was previewed: saving asks again when the input has changed since."""
    pairs = [(name, value) for name in sorted(data) if name not in NOT_INPUT for value in data.getlist(name)]
    return sha256(repr(pairs).encode()).hexdigest()


def answer(model_admin, request, obj, page):
    """Show the form, the preview, or do it; a refusal stands above the kept input."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = page.form(*data, initial=page.initial, **page.form_options)
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            if page.preview is None or request.POST.get("previewed") == _digest(request.POST):
                return _done(request, page, page.act(form.cleaned_data))
            shown = page.preview(form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    return TemplateResponse(
        request,
        "admin/action.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": page.title,
            "opts": model_admin.opts,
            "object": obj,
            "page": page,
            "form": form,
            "media": model_admin.media + form.media,
            "has_preview": page.preview is not None,  # a template would call it
            "preview": shown,
            "previewed": _digest(request.POST) if shown and not shown.refused else "",
            "button": page.button or _("Save"),
        },
        status=200,
    )


def _done(request, page, said):
    if page.then is not None:
        return page.then(said)
    messages.success(request, said)
    return HttpResponseRedirect(page.back)

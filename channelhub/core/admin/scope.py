"""The first fence of the admin: which rows of a model a person may see."""


def visible(model, request):
    """The model's rows a person may see; models without an owner are seen by whoever may see the model."""
    rows = model._default_manager.all()  # noqa: SLF001 - how Django names a model's first manager
    return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

"""Named addresses of lists."""

from channelhub.core.models import SavedView, User


def save(*, user: User, on_list: str, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a list's filters under a name; the same name again replaces them."""
    view, _created = SavedView.objects.update_or_create(
        user=user,
        list=on_list,
        name=name.strip(),
        defaults={"query": query, "is_shared": is_shared},
    )
    return view


def forget(*, user: User, view_id: int) -> None:
    """Remove one of the person's own views; another's stays."""
    SavedView.objects.filter(user=user, pk=view_id).delete()

def shell(request):
    """What every page's frame shows: who acts, for whom."""
    return {"acting": getattr(request, "acting", None)}

from channelhub.core.services import acting


class ActingMiddleware:
    """Settles who acts, and for whom, before the fence; the resolved user replaces the lazy one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.acting = acting.who_acts(request)
        request.user = request.acting.user
        request.user.acting = request.acting
        return self.get_response(request)

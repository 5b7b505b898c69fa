from functools import wraps
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

# Unfold runs Alpine (which builds functions from attributes) and inline styles; nothing comes from another host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class ChannelSite(UnfoldAdminSite):
    """The channel managers' site: people sign in where the second factor is asked, never here."""

    index_title = _("Start")
    enable_nav_sidebar = True
    empty_value_display = "–"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.own_pages = []  # paths of pages that belong to no table; an app's admin appends its own

    def has_permission(self, request):
        """Staff; but who views as a dealer stands in the dealer's fence and stops viewing first."""
        acting = getattr(request, "acting", None)
        return bool(request.user.is_active and request.user.is_staff and not (acting and acting.view_as))

    def get_app_list(self, request, app_label=None):
        """What a person may open; listed only where it is shown: every page asks for it, and few show it."""
        listed = super().get_app_list
        return SimpleLazyObject(lambda: listed(request, app_label))

    def register(self, model_or_iterable, admin_class=None, **options):
        """Our own pages only: those that libraries bring show tokens and secrets, and know no scope."""
        if admin_class is not None and issubclass(admin_class, ModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def extra_urls(self):
        from channelhub.core.views import saved_views

        return [*saved_views.urls(), *self.own_pages]

    def search(self, request, extra_context=None):
        """Pages and records by a few letters, as they are now: the kit's own keeps answers for five minutes."""
        term = request.GET.get("s", "").strip().lower()
        if not term:
            return HttpResponse()
        results = self._search_apps(self.get_app_list(request), term)
        extended = "extended" in request.GET
        if extended:
            results += self._get_value(self._get_config("COMMAND", request)["search_callback"], request, term)
        page = Paginator(results, 100).get_page(request.GET.get("page"))
        context = {
            "page_obj": page.paginator,
            "results": page,
            "page_counter": page.start_index() - 1,
            "execution_time": 0,
            "command_show_history": False,
        }
        name = "unfold/helpers/command_results.html" if extended else "unfold/helpers/search_results.html"
        return TemplateResponse(request, name, context, headers={"HX-Trigger": "search"})

    def login(self, request, extra_context=None):
        acting = getattr(request, "acting", None)
        if acting is not None and acting.view_as:
            return HttpResponseRedirect(reverse("view_as"))
        if request.user.is_authenticated and not request.user.is_staff:
            return HttpResponseRedirect("/")
        wanted = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")

    def logout(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def with_policy(request, *args, **kwargs):
            response = guarded(request, *args, **kwargs)
            response.headers.setdefault("Content-Security-Policy", POLICY)
            return response

        return with_policy

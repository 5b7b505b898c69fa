from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin.base import ChannelAdmin
from channelhub.core.models import ExternalCode, Feed


@admin.register(Feed)
class FeedAdmin(ChannelAdmin):
    staff_wide_only = True
    list_display = ("code", "name", "speaks_for")
    search_fields = ("code", "name")
    ordering = ("code",)
    empty_hint = gettext_lazy("A feed is made with an API client or a mapping profile: start there.")

    def has_add_permission(self, request):
        return False

    def get_readonly_fields(self, request, obj=None):
        return ("code", "partner_id")

    @display(description=gettext_lazy("speaks for"))
    def speaks_for(self, feed):
        return feed.partner_id or gettext_lazy("the maker")


@admin.register(ExternalCode)
class ExternalCodeAdmin(ChannelAdmin):
    staff_wide_only = True
    list_display = ("feed", "kind", "code", "target_id")
    list_filter = ("feed", "kind")
    list_select_related = ("feed",)
    search_fields = ("=code",)
    search_help_text = gettext_lazy("The whole code as the other system writes it")
    ordering = ("feed", "kind", "code")
    autocomplete_fields = ("feed",)
    empty_hint = gettext_lazy("Codes of other systems appear here when an import or a person maps them.")

"""Filters of lists of sales: by what a dashboard's figure was made of."""

from datetime import date

from django.contrib import admin
from django.utils.translation import gettext_lazy

from channelhub.core import hooks
from partners.models import Territory
from pricing.models import SalesMonthLine

LONGEST_ID = 19  # digits; more is no number of a record


class AskedFilter(admin.SimpleListFilter):
    """A filter that an address sets and a chip takes away; it offers nothing to choose."""

    def lookups(self, request, model_admin):
        return [(self.value(), self.value())] if self.value() else []


class CurrencyFilter(admin.SimpleListFilter):
    title = gettext_lazy("currency")
    parameter_name = "currency"

    def lookups(self, request, model_admin):
        used = SalesMonthLine.objects.order_by("currency").values_list("currency", flat=True).distinct()
        return [(code, code) for code in used]

    def queryset(self, request, queryset):
        return queryset.filter(currency=self.value()) if self.value() else queryset


class BesideFilter(AskedFilter):
    """All partners but these: the rest beside a chart's bars."""

    title = gettext_lazy("all but these partners")
    parameter_name = "beside"

    def queryset(self, request, queryset):
        ids = [int(part) for part in (self.value() or "").split(",") if part.isdecimal() and len(part) < LONGEST_ID]
        return queryset.exclude(partner_id__in=ids) if ids else queryset


class HomeFilter(AskedFilter):
    """Partners whose home territory of today lies here."""

    title = gettext_lazy("home territory")
    parameter_name = "territory"

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        paths = tuple(Territory.objects.filter(code=self.value()).values_list("path", flat=True))
        return queryset.filter(partner_id__in=hooks.partners_within(paths))


def beneath(model, field, parameter, name):
    """A filter by a node of a tree and all beneath it; ``-``: the rows without one."""

    def queryset(self, _request, queryset):
        if not self.value():
            return queryset
        if self.value() == "-":
            return queryset.filter(**{f"{field}__isnull": True})
        path = model.objects.filter(code=self.value()).values_list("path", flat=True).first()
        return queryset.filter(**{f"{field}__path__startswith": path}) if path else queryset.none()

    members = {"title": name, "parameter_name": parameter, "queryset": queryset}
    return type(f"{model.__name__}Filter", (AskedFilter,), members)


class CountedFilter(AskedFilter):
    """Lines that a night has taken: those that the sums of dashboards hold."""

    title = gettext_lazy("counted by a night")
    parameter_name = "counted"

    def queryset(self, request, queryset):
        return queryset.filter(batch__taken_in__isnull=False) if self.value() else queryset


class RunningFilter(AskedFilter):
    """Postings of earned periods that run on a day."""

    title = gettext_lazy("period runs on")
    parameter_name = "running_on"

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        try:
            day = date.fromisoformat(self.value())
        except ValueError:
            return queryset.none()
        return queryset.filter(account__period_on__lte=day, account__period_ends__gt=day)

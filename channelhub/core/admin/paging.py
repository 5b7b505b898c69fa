from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST = 10_000


class LimitedPaginator(Paginator):
    """Counts at most ``MOST`` rows: a ledger of ten million lines is never counted for a page.

    ``capped`` says that there are more; a list that long is narrowed by filters, not paged through.
    """

    @cached_property
    def found(self):
        if hasattr(self.object_list, "query"):
            return self.object_list.order_by()[: MOST + 1].count()  # counted in any order
        return len(self.object_list[: MOST + 1])

    @cached_property
    def count(self):
        return min(self.found, MOST)

    @property
    def capped(self):
        return self.found > MOST

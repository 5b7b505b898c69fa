from rest_framework.routers import SimpleRouter

from pricing.api import viewsets

router = SimpleRouter(use_regex_path=False)
router.register("sales-lines", viewsets.SalesLineViewSet, basename="api_sales_line")
router.register("rebate-postings", viewsets.RebatePostingViewSet, basename="api_rebate_posting")

from rest_framework.routers import SimpleRouter

from pricing.api import agreements, map_prices, prices, revisions, usage, viewsets

router = SimpleRouter(use_regex_path=False)
router.register("sales-lines", viewsets.SalesLineViewSet, basename="api_sales_line")
router.register("rebate-postings", viewsets.RebatePostingViewSet, basename="api_rebate_posting")
router.register("price-answers", prices.PriceAnswerViewSet, basename="api_price_answer")
router.register("price-lists", prices.PriceListViewSet, basename="api_price_list")
router.register("price-rows", prices.PriceRowViewSet, basename="api_price_row")
router.register("price-revisions", revisions.PriceRevisionViewSet, basename="api_price_revision")
router.register("price-notices", revisions.RevisionNoticeViewSet, basename="api_price_notice")
router.register("agreements", agreements.AgreementViewSet, basename="api_agreement")
router.register("agreement-lines", agreements.AgreementLineViewSet, basename="api_agreement_line")
router.register("usage-limits", usage.UsageLimitViewSet, basename="api_usage_limit")
router.register("usage-entries", usage.UsageEntryViewSet, basename="api_usage_entry")
router.register("map-prices", map_prices.MapPriceViewSet, basename="api_map_price")

from rest_framework.routers import SimpleRouter

from pricing.api import map_prices, prices, viewsets

router = SimpleRouter(use_regex_path=False)
router.register("sales-lines", viewsets.SalesLineViewSet, basename="api_sales_line")
router.register("rebate-postings", viewsets.RebatePostingViewSet, basename="api_rebate_posting")
router.register("price-answers", prices.PriceAnswerViewSet, basename="api_price_answer")
router.register("price-lists", prices.PriceListViewSet, basename="api_price_list")
router.register("price-rows", prices.PriceRowViewSet, basename="api_price_row")
router.register("map-prices", map_prices.MapPriceViewSet, basename="api_map_price")

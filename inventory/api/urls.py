from rest_framework.routers import SimpleRouter

from inventory.api import viewsets

router = SimpleRouter(use_regex_path=False)
router.register("stock-levels", viewsets.StockLevelViewSet, basename="api_stock_level")
router.register("locations", viewsets.LocationViewSet, basename="api_location")
router.register("availability", viewsets.AvailabilityViewSet, basename="api_availability")

from django.urls import path
from rest_framework.routers import SimpleRouter

from partners.api import applications, contracts, deposits, viewsets
from partners.api.tokens import ClientToken

router = SimpleRouter(use_regex_path=False)
router.register("partners", viewsets.PartnerViewSet, basename="api_partner")
router.register("applications", applications.ApplicationViewSet, basename="api_application")
router.register("products", viewsets.ProductViewSet, basename="api_product")
router.register("contracts", contracts.ContractViewSet, basename="api_contract")
router.register("deposits", deposits.DepositViewSet, basename="api_deposit")
router.register("deposit-entries", deposits.DepositEntryViewSet, basename="api_deposit_entry")
router.register("territories", viewsets.TerritoryViewSet, basename="api_territory")

token = path("api/o/token/", ClientToken.as_view(), name="api_token")

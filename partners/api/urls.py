from django.urls import path
from rest_framework.routers import SimpleRouter

from partners.api import applications, certification, contracts, deposits, records, viewsets
from partners.api.tokens import ClientToken

router = SimpleRouter(use_regex_path=False)
router.register("partners", viewsets.PartnerViewSet, basename="api_partner")
router.register("applications", applications.ApplicationViewSet, basename="api_application")
router.register("company-numbers", records.CompanyNumberViewSet, basename="api_company_number")
router.register("addresses", records.AddressViewSet, basename="api_address")
router.register("contacts", records.ContactViewSet, basename="api_contact")
router.register("bank-accounts", records.BankAccountViewSet, basename="api_bank_account")
router.register("licences", records.LicenceViewSet, basename="api_licence")
router.register("certificates", certification.CertificateViewSet, basename="api_certificate")
router.register("certification-programmes", certification.ProgrammeViewSet, basename="api_certification_programme")
router.register(
    "certification-requirements", certification.RequirementViewSet, basename="api_certification_requirement"
)
router.register("products", viewsets.ProductViewSet, basename="api_product")
router.register("contracts", contracts.ContractViewSet, basename="api_contract")
router.register("deposits", deposits.DepositViewSet, basename="api_deposit")
router.register("deposit-entries", deposits.DepositEntryViewSet, basename="api_deposit_entry")
router.register("territories", viewsets.TerritoryViewSet, basename="api_territory")

token = path("api/o/token/", ClientToken.as_view(), name="api_token")

from partners.models.academy import (
    CertificationLevel,
    CertificationProgramme,
    Course,
    CourseDone,
    CourseMaterial,
    ExamQuestion,
    QuestionOption,
)
from partners.models.api_clients import ApiClient
from partners.models.authorisations import Authorisation
from partners.models.catalogue import Product, ProductLine, ProductUnit
from partners.models.certificates import Certificate, CertificateWarning, CertificationRequirement
from partners.models.contract_templates import ContractTemplate, TemplateClause, TemplateVersion
from partners.models.contracts import (
    Contract,
    ContractCommitment,
    ContractObligation,
    ContractScope,
    ContractSignature,
    ContractVersion,
)
from partners.models.deposits import DepositAccount, DepositEntry, DepositRule
from partners.models.exams import ExamAttempt, ExamKey, ExamRetake
from partners.models.onboarding import AccessRequest, OnboardingTrack, PartnerApplication
from partners.models.partners import HomeTerritory, Partner, PartnerType, PartnerTypeAssignment
from partners.models.people import Membership, StaffScope
from partners.models.placements import Ancestry, Placement, TreeMove
from partners.models.records import (
    BankAccount,
    CompanyNumber,
    InvoiceDetails,
    Licence,
    NumberReading,
    PartnerAddress,
    PartnerContact,
)
from partners.models.territories import SalesChannel, Territory
from partners.models.tiers import GrantedBenefit, PartnerTier, TierAssignment, TierBenefit

__all__ = [
    "AccessRequest",
    "Ancestry",
    "ApiClient",
    "Authorisation",
    "BankAccount",
    "Certificate",
    "CertificateWarning",
    "CertificationLevel",
    "CertificationProgramme",
    "CertificationRequirement",
    "CompanyNumber",
    "Contract",
    "ContractCommitment",
    "ContractObligation",
    "ContractScope",
    "ContractSignature",
    "ContractTemplate",
    "ContractVersion",
    "Course",
    "CourseDone",
    "CourseMaterial",
    "DepositAccount",
    "DepositEntry",
    "DepositRule",
    "ExamAttempt",
    "ExamKey",
    "ExamQuestion",
    "ExamRetake",
    "GrantedBenefit",
    "HomeTerritory",
    "InvoiceDetails",
    "Licence",
    "Membership",
    "NumberReading",
    "OnboardingTrack",
    "Partner",
    "PartnerAddress",
    "PartnerApplication",
    "PartnerContact",
    "PartnerTier",
    "PartnerType",
    "PartnerTypeAssignment",
    "Placement",
    "Product",
    "ProductLine",
    "ProductUnit",
    "QuestionOption",
    "SalesChannel",
    "StaffScope",
    "TemplateClause",
    "TemplateVersion",
    "Territory",
    "TierAssignment",
    "TierBenefit",
    "TreeMove",
]

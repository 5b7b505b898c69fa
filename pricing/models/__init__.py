from pricing.models.agreements import Agreement, AgreementLine
from pricing.models.map_prices import MapPrice
from pricing.models.price_lists import PriceAssignment, PriceFormula, PriceList, PriceRow
from pricing.models.price_revisions import PriceRevision, PriceRevisionRow, RevisionNotice
from pricing.models.promotions import Promotion, PromotionAudience, PromotionItem, PromotionTerms
from pricing.models.rates import ExchangeRate
from pricing.models.rebates import PeriodOpening, ProgrammeMember, ProgrammeVersion, RebateBand, RebateProgramme
from pricing.models.rollups import RebateMeasure, SalesMonth, SalesMonthLine, TakenAncestry, TouchedAccount
from pricing.models.sales import SalesBatch, SalesLine
from pricing.models.settlement import ManualAmount, RebateAccount, RebatePosting
from pricing.models.usage import UsageEntry, UsageLimit

__all__ = [
    "Agreement",
    "AgreementLine",
    "ExchangeRate",
    "ManualAmount",
    "MapPrice",
    "PeriodOpening",
    "PriceAssignment",
    "PriceFormula",
    "PriceList",
    "PriceRevision",
    "PriceRevisionRow",
    "PriceRow",
    "ProgrammeMember",
    "ProgrammeVersion",
    "Promotion",
    "PromotionAudience",
    "PromotionItem",
    "PromotionTerms",
    "RebateAccount",
    "RebateBand",
    "RebateMeasure",
    "RebatePosting",
    "RebateProgramme",
    "RevisionNotice",
    "SalesBatch",
    "SalesLine",
    "SalesMonth",
    "SalesMonthLine",
    "TakenAncestry",
    "TouchedAccount",
    "UsageEntry",
    "UsageLimit",
]

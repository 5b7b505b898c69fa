from performance.models.findings import Finding, FindingLine, JudgedAuthorisation
from performance.models.kpis import KpiValue, TouchedKpi
from performance.models.reports import ReportDuty, SalesReport
from performance.models.scorecards import Score, Scorecard, ScorecardCriterion, ScorecardVersion
from performance.models.targets import Target
from performance.models.tiers import TierCriterion, TierProposal, TierRules

__all__ = [
    "Finding",
    "FindingLine",
    "JudgedAuthorisation",
    "KpiValue",
    "ReportDuty",
    "SalesReport",
    "Score",
    "Scorecard",
    "ScorecardCriterion",
    "ScorecardVersion",
    "Target",
    "TierCriterion",
    "TierProposal",
    "TierRules",
    "TouchedKpi",
]

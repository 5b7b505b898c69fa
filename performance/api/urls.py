from rest_framework.routers import SimpleRouter

from performance.api import tiers, viewsets

router = SimpleRouter(use_regex_path=False)
router.register("targets", viewsets.TargetViewSet, basename="api_target")
router.register("kpi-values", viewsets.KpiValueViewSet, basename="api_kpi_value")
router.register("scores", viewsets.ScoreViewSet, basename="api_score")
router.register("findings", viewsets.FindingViewSet, basename="api_finding")
router.register("tier-rules", tiers.TierRulesViewSet, basename="api_tier_rules")
router.register("tier-proposals", tiers.TierProposalViewSet, basename="api_tier_proposal")
router.register("tier-standings", tiers.TierStandingViewSet, basename="api_tier_standing")

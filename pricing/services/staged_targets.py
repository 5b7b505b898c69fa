"""Targets that staged rows name: a kind, and the code of a partner, tier, type or territory."""

from channelhub.core.services.staged_codes import StagedCode
from channelhub.core.services.staging import Source
from channelhub.lib.typed_sql import Check
from pricing.enums import TargetKind

FIELDS = ("target_kind", "target")
CHECKS: tuple[Check, ...] = (
    Check("target_kind", "required", "t.target_kind = ''"),
    Check("target_kind", "not_a_choice", "t.target_kind <> '' AND t.target_kind <> ALL (%(target_kinds)s)"),
    Check("target", "required", "t.target_kind NOT IN ('', 'everybody') AND t.target = ''"),
    Check("target", "one_target", "t.target_kind = 'everybody' AND t.target <> ''"),
    Check(
        "target",
        "unknown_code",
        "t.target <> '' AND t.target_kind = ANY (%(target_kinds)s) AND t.target_kind <> 'everybody'"
        " AND coalesce(t.partner_id, t.tier_id, t.type_id, t.territory_id) IS NULL",
    ),
)
COLUMNS = ("partner_id", "tier_id", "type_id", "territory_id")
PARAMS = {"target_kinds": list(TargetKind.values)}
MATCH = (
    "r.target_kind = t.target_kind AND coalesce(r.partner_id, r.tier_id, r.type_id, r.territory_id, 0)"
    " = coalesce(t.partner_id, t.tier_id, t.type_id, t.territory_id, 0)"
)


def resolved(source: Source, coded: frozenset[str]) -> tuple[str, str]:
    """Select list and joins that resolve a row's target; the feed's own codes of partners and territories first."""
    partner = StagedCode("target", "partner", "partners_partner", "code", source=source, coded=coded)
    columns = f"""
        CASE WHEN s.target_kind IN ('partner', 'subtree') THEN {partner.found("id")} END AS partner_id,
        CASE WHEN s.target_kind = 'tier' THEN tier.id END AS tier_id,
        CASE WHEN s.target_kind = 'type' THEN type.id END AS type_id,
        CASE WHEN s.target_kind = 'territory' THEN territory.id END AS territory_id
    """
    joins = f"""
        {partner.joins()}
        LEFT JOIN partners_partnertier tier ON tier.code = s.target
        LEFT JOIN partners_partnertype type ON type.code = s.target
        LEFT JOIN partners_territory territory ON territory.code = s.target
    """
    return columns, joins

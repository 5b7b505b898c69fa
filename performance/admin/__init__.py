"""Judgement and the pages that join apps: targets, scores, findings, tiers, the night, the start page."""

from performance.admin import (
    findings,
    kpis,
    night,
    partner_page,
    provinces,
    reports,
    scorecards,
    start,
    targets,
    tiers,
)

__all__ = [
    "findings",
    "kpis",
    "night",
    "partner_page",
    "provinces",
    "reports",
    "scorecards",
    "start",
    "targets",
    "tiers",
]

"""Judgement and the pages that join apps: targets, scores, findings, the night, the start page."""

from performance.admin import findings, kpis, night, partner_page, provinces, reports, scorecards, start, targets

__all__ = ["findings", "kpis", "night", "partner_page", "provinces", "reports", "scorecards", "start", "targets"]

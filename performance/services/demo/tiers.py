"""The demo's tiers: what they ask and bring, and where everybody stood, so that the night proposes."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from channelhub.lib import sql
from channelhub.lib.periods import add_months, business_day, month_of
from partners.enums import BenefitKind
from partners.models import PartnerTier
from partners.services.tiers import offer_benefit
from performance.enums import Comparison, TierWindow
from performance.rules.tiers import Criterion
from performance.services import tiers

TIERS = (
    ("platinum", "铂金", "Platinum"),
    ("gold", "金牌", "Gold"),
    ("silver", "银牌", "Silver"),
    ("registered", "注册", "Registered"),
)
# How many of the partners with sales reach a tier's threshold today: the best twentieth, fifth, half.
SHARES = (Decimal("0.95"), Decimal("0.8"), Decimal("0.5"))
STEP = 10_000
# Tier, kind, figure, words, words in English.
BENEFITS = (
    ("platinum", BenefitKind.DEPOSIT_FACTOR, "0.5", "", ""),
    ("platinum", BenefitKind.MARKETING_SHARE, "0.03", "", ""),
    ("platinum", BenefitKind.SUPPORT_LEVEL, None, "专属工程师", "Engineer of your own"),
    ("platinum", BenefitKind.TRAINING_SEATS, "40", "", ""),
    ("gold", BenefitKind.DEPOSIT_FACTOR, "0.8", "", ""),
    ("gold", BenefitKind.MARKETING_SHARE, "0.02", "", ""),
    ("gold", BenefitKind.TRAINING_SEATS, "20", "", ""),
    ("silver", BenefitKind.MARKETING_SHARE, "0.01", "", ""),
    ("silver", BenefitKind.TRAINING_SEATS, "8", "", ""),
    ("registered", BenefitKind.TRAINING_SEATS, "2", "", ""),
)
SOLD = """
    SELECT partner_id, sum(net_amount) AS sold FROM pricing_salesline
    WHERE kind = 1 AND currency = 'CNY' AND booked_on >= %(first)s AND booked_on < %(until)s GROUP BY partner_id
"""
THRESHOLDS = f"SELECT percentile_cont(%(shares)s) WITHIN GROUP (ORDER BY sold) FROM ({SOLD}) s WHERE sold > 0"
# Everybody who bought stands where the year before the last half put it; the others are registered.
ASSIGN = f"""
    INSERT INTO partners_tierassignment (partner_id, tier_id, valid_during)
    SELECT p.id, (SELECT t.id FROM partners_partnertier t JOIN unnest(%(codes)s, %(least)s) l (code, least) USING (code)
            WHERE coalesce(s.sold, 0) >= l.least ORDER BY t.rank LIMIT 1), daterange(%(since)s, NULL)
    FROM partners_partner p LEFT JOIN ({SOLD}) s ON s.partner_id = p.id
    ORDER BY p.id
"""


def make_tiers(*, first: date, today: date, at: datetime) -> None:
    """Four tiers with rules since the channel began, benefits, and everybody's tier of half a year ago."""
    made = [
        PartnerTier.objects.create(code=code, name=name, name_en=name_en, rank=rank)
        for rank, (code, name, name_en) in enumerate(TIERS, start=1)
    ]
    month = month_of(today)
    year = {"first": add_months(month, -12), "until": month}
    found = sql.fetch_one(THRESHOLDS, {**year, "shares": list(SHARES)}) or [3, 2, 1]
    least = [Decimal(int(value) // STEP * STEP or STEP) for value in found]
    began = at - timedelta(days=(today - first).days)
    ladder = [
        tiers.terms(tier=tier, criteria=_criteria(rank, least), needed=1 if rank == 0 else 0, grace_days=60)
        for rank, tier in enumerate(made)
    ]
    tiers.publish_rules(ladder=ladder, valid_from=business_day(began), at=began)
    before = {"first": add_months(month, -18), "until": add_months(month, -6)}
    codes = [code for code, _name, _name_en in TIERS]
    sql.run(ASSIGN, {**before, "codes": codes, "least": [*least, Decimal(0)], "since": add_months(month, -6)})
    by_code = {tier.code: tier for tier in made}
    for code, kind, value, text, text_en in BENEFITS:
        offer_benefit(
            tier=by_code[code],
            kind=kind,
            value=None if value is None else Decimal(value),
            text=text,
            text_en=text_en,
            first_day=add_months(month, -6),
        )


def _criteria(rank: int, least: list[Decimal]) -> list[Criterion]:
    """Sales of a year; gold a score too; platinum a score, and growth or punctual reports."""
    if rank >= len(least):
        return []
    at_least, trailing = Comparison.AT_LEAST, TierWindow.TRAILING
    asked = [Criterion("sales", trailing, at_least, least[rank], months=12, currency="CNY")]
    if rank <= 1:
        asked.append(Criterion("score", trailing, at_least, Decimal(50 if rank else 55), months=3))
    if rank == 0:
        asked.append(
            Criterion("growth", trailing, at_least, Decimal("0.05"), mandatory=False, months=12, currency="CNY")
        )
        asked.append(Criterion("punctuality", trailing, at_least, Decimal("0.9"), mandatory=False, months=12))
    return asked

"""Tracks: which process brings in which type of partner. Two are delivered; people design further ones as data."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.models import WorkflowDefinition
from channelhub.core.services.workflow import definitions
from partners.errors import CodeTaken
from partners.models import OnboardingTrack, PartnerType
from partners.services.onboarding.process import ACTIVATE, ADMIT, PROCESS_CODE

Steps = tuple[Mapping[str, Any], ...]


def _step(code: str, name: str, name_en: str, kind: str, *after: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "name_en": name_en, "kind": kind, "after": list(after), **more}


_BY_PARTNER = {"party": "partner"}
_MORE_THAN = {"fact": "credit", "op": ">"}
DISTRIBUTOR: Steps = (
    _step(
        "details",
        "补充资料",
        "More about your company",
        "form",
        **_BY_PARTNER,
        asks=["employees", "years_in_business", "warehouse_area", "other_brands"],
        deadline_days=10,
    ),
    _step("papers", "营业执照等文件", "Business licence and papers", "document", **_BY_PARTNER, deadline_days=10),
    _step(
        "due_diligence",
        "尽职调查",
        "Due diligence",
        "check",
        "details",
        "papers",
        role="channel_manager",
        deadline_days=5,
        escalate_to="management",
        back_to="papers",
    ),
    _step(
        "credit_check",
        "信用审查",
        "Credit check",
        "check",
        "details",
        "papers",
        role="finance",
        deadline_days=5,
        conditions=[{**_MORE_THAN, "value": "500000"}],
        back_to="details",
    ),
    _step(
        "approve",
        "准入审批",
        "Approve the partner",
        "approval",
        "due_diligence",
        "credit_check",
        amount_fact="credit",
        bands=[
            {"up_to": "500000", "role": "channel_manager", "count": 1},
            {"up_to": None, "role": "management", "count": 1},
        ],
        deadline_days=3,
        back_to="details",
    ),
    _step("admit", "建立合作伙伴档案", "Enter as a partner", "action", "approve", action=ADMIT, unlocks=["portal"]),
    _step("contract", "签订合同", "Contract", "contract", "admit", role="channel_manager", deadline_days=15),
    _step(
        "deposit",
        "缴纳保证金",
        "Deposit",
        "deposit",
        "contract",
        role="finance",
        deadline_days=10,
        conditions=[{**_MORE_THAN, "value": "0"}],
    ),
    _step("certification", "人员认证", "Certification", "certification", "contract", role="after_sales"),
    _step(
        "activate",
        "启用",
        "Activation",
        "action",
        "deposit",
        "certification",
        action=ACTIVATE,
        unlocks=["orders"],
        ends=True,
    ),
)
DEALER: Steps = (
    _step("papers", "营业执照等文件", "Business licence and papers", "document", **_BY_PARTNER, deadline_days=10),
    _step(
        "check",
        "资质审核",
        "Check of the application",
        "check",
        "papers",
        role="channel_manager",
        deadline_days=3,
        back_to="papers",
    ),
    _step("admit", "建立合作伙伴档案", "Enter as a partner", "action", "check", action=ADMIT, unlocks=["portal"]),
    _step("contract", "签订合同", "Contract", "contract", "admit", role="channel_manager", deadline_days=10),
    _step("activate", "启用", "Activation", "action", "contract", action=ACTIVATE, unlocks=["orders"], ends=True),
)
# Type → the process that the release brings for it.
DELIVERED: Mapping[str, Mapping[str, Any]] = {
    "distributor": {
        "code": "onboarding_distributor",
        "name": "分销商准入",
        "name_en": "Onboarding of a distributor",
        "steps": DISTRIBUTOR,
    },
    "dealer": {
        "code": "onboarding_dealer",
        "name": "经销商准入",
        "name_en": "Onboarding of a dealer",
        "steps": DEALER,
    },
}
DEFINITIONS = tuple(
    {**data, "process": PROCESS_CODE, "currency": "CNY", "shown_to_partner": True} for data in DELIVERED.values()
)


def deliver() -> int:
    """Give the delivered types their track where they have none; how many."""
    have = set(OnboardingTrack.objects.values_list("type__code", flat=True))
    if have >= set(DELIVERED):
        return 0
    processes = {row.code: row for row in WorkflowDefinition.objects.filter(process=PROCESS_CODE)}
    rows = [
        OnboardingTrack(type=kind, definition=processes[DELIVERED[kind.code]["code"]])
        for kind in PartnerType.objects.filter(code__in=DELIVERED).exclude(code__in=have)
        if DELIVERED[kind.code]["code"] in processes
    ]
    return len(OnboardingTrack.objects.bulk_create(rows))


@transaction.atomic
def create_track(
    *, kind: PartnerType, name: str, name_en: str, copy_of: OnboardingTrack | None = None
) -> OnboardingTrack:
    """A track of its own for a type, with a first draft: empty, or the steps of another track.

    Refused: the type has one already. Nobody can apply before the draft is published.
    """
    if OnboardingTrack.objects.filter(type=kind).exists():
        raise CodeTaken(_("This type has a track already: design its next version."))
    definition = definitions.create_definition(
        code=f"onboarding_{kind.code}"[:60], name=name, name_en=name_en, process=PROCESS_CODE, shown_to_partner=True
    )
    source = definitions.in_force(copy_of.definition) if copy_of is not None else None
    if source is not None:
        steps = [
            {field: getattr(step, field) for field in definitions.COPIED if field != "position"}
            for step in source.steps.order_by("position", "pk")
        ]
        definitions.save_draft(definition=definition, steps=steps, facts=source.facts, currency=source.currency)
    return OnboardingTrack.objects.create(type=kind, definition=definition)


@transaction.atomic
def open_or_close(*, track: OnboardingTrack, is_open: bool) -> OnboardingTrack:
    """Offer a type on the public page, or no more; running cases go on."""
    track.is_open = is_open
    track.save(update_fields=["is_open"])
    return track

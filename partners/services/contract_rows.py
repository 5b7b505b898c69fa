"""What every step of a contract does with its rows: lock them, change them, tell of it."""

from datetime import datetime
from typing import Any

from channelhub.core.services import outbox
from partners.models import Contract, ContractVersion, Partner

PORTAL = "/portal/contracts/"


def locked(version: ContractVersion) -> ContractVersion:
    """The version as it stands now, its contract's row held: two who act on one contract wait for each other."""
    Contract.objects.select_for_update(of=("self",)).get(pk=version.contract_id)
    rows = ContractVersion.objects.select_related("contract", "partner", "document", "sent_by")
    return rows.get(pk=version.pk)


def change(row: ContractVersion, **fields: Any) -> None:
    """Write some fields; what the database makes of them is read back."""
    ContractVersion.objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


def key_of(row: ContractVersion) -> str:
    """The key of the partner's task to sign it."""
    return f"partners.contract:{row.pk}"


def named(partner: Partner) -> dict[str, str]:
    """A partner's names for a message: the reader's language chooses."""
    return {"name": partner.name, "name_en": partner.name_en}


def portal_page(version: ContractVersion) -> str:
    """Where the partner reads and signs it."""
    return f"{PORTAL}{version.pk}/"


def tell(what: str, row: ContractVersion, at: datetime) -> None:
    """The event of what happened to a version."""
    outbox.publish(
        f"partners.contract.{what}",
        occurred_at=at,
        contract_id=row.contract_id,
        contract_version_id=row.pk,
        partner_id=row.partner_id,
    )

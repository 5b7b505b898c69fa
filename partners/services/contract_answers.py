"""What a partner reads of its own contract: words, obligations, signature, proof. Templates are not for partners."""

from dataclasses import dataclass

from channelhub.core.services.fence import unfenced
from partners.models import ContractObligation, ContractSignature, ContractVersion
from partners.services import contract_papers, contract_signing
from partners.services.contract_papers import Words


@dataclass(frozen=True)
class Answer:
    """One version of a contract, on objects that were fetched behind the fence."""

    words: Words
    obligations: list[ContractObligation]
    signature: ContractSignature | None
    is_whole: bool


def about(version: ContractVersion) -> Answer:
    """Everything about one version; ``is_whole``: the stored paper still has the hash that was recorded."""
    with unfenced():
        row = ContractVersion.objects.select_related(
            "contract", "partner", "document", "template_version__template"
        ).get(pk=version.pk)
        kept = row.obligations.select_related("commitment__product_line").order_by("due_on", "pk")
        return Answer(
            words=contract_papers.words_of(row),
            obligations=list(kept),
            signature=ContractSignature.objects.filter(version=row).first(),
            is_whole=contract_signing.paper_is_whole(row),
        )

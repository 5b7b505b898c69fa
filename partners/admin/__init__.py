"""Pages of partners and what they sell. Importing a topic registers it."""

from partners.admin import (
    api_clients,
    authorisations,
    catalogue,
    contract_templates,
    contracts,
    deposits,
    duplicates,
    onboarding,
    partners,
    people,
    records,
    tiers,
    trees,
)

__all__ = [
    "api_clients",
    "authorisations",
    "catalogue",
    "contract_templates",
    "contracts",
    "deposits",
    "duplicates",
    "onboarding",
    "partners",
    "people",
    "records",
    "tiers",
    "trees",
]

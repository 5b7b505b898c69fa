"""Pages of partners and what they sell. Importing a topic registers it."""

from partners.admin import (
    academy,
    api_clients,
    authorisations,
    catalogue,
    certificates,
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
    "academy",
    "api_clients",
    "authorisations",
    "catalogue",
    "certificates",
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

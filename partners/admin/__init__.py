"""Pages of partners and what they sell. Importing a topic registers it."""

from partners.admin import authorisations, catalogue, partners, people, trees

__all__ = ["authorisations", "catalogue", "partners", "people", "trees"]

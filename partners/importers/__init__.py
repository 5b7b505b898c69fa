from partners.importers import areas, codes, partners, products

__all__ = ["areas", "codes", "partners", "products"]

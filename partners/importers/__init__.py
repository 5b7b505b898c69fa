from partners.importers import areas, codes, numbers, partners, products

__all__ = ["areas", "codes", "numbers", "partners", "products"]

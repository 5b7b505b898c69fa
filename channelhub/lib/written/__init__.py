"""How Django itself writes days in each language; settings name this package."""

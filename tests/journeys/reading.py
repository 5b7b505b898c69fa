"""What the figures on a page say, as numbers."""

import re
from decimal import Decimal

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def amount(text):
    """The first amount with two places in a text."""
    return Decimal(re.search(r"-?[\d,]+\.\d\d", text.replace("−", "-").replace("¥", ""))[0].replace(",", ""))


def amounts(cells):
    """The amounts of all cells that a locator finds."""
    return [amount(text) for text in cells.all_inner_texts()]


def added_up(page, model="salesmonth"):
    """The amounts of the rows of the admin's list that opens, added up by hand."""
    page.wait_for_url(f"**/admin/pricing/{model}/**")
    page.locator("#result_list").wait_for()
    return sum(amounts(page.locator("#result_list .field-amount_figure, #result_list .field-net_figure")), Decimal(0))

from axe_playwright_python.sync_playwright import Axe

SERIOUS = {"serious", "critical"}


def violations(page):
    """Everything axe-core finds on the page at hand: rule and the first places."""
    return _told(Axe().run(page).response["violations"])


def serious(page):
    """Of what axe-core finds, the serious and critical: for pages whose frame is another's."""
    return _told(found for found in Axe().run(page).response["violations"] if found["impact"] in SERIOUS)


def _told(found):
    return [(rule["id"], [node["html"][:160] for node in rule["nodes"]][:3]) for rule in found]

from enum import StrEnum


class PortalRight(StrEnum):
    """What a dealer's role may allow; everybody of a partner sees its home page and its sales lines.

    MONEY: rebates, statements and what stands behind them. TALK: write to the manufacturer on a record. REPORT: report
    the stock of the own locations. PEOPLE: let colleagues in, change their roles, shut them out. SIGN: sign contracts.
    """

    MONEY = "portal.view_money"
    TALK = "portal.talk"
    REPORT = "portal.report"
    PEOPLE = "portal.people"
    SIGN = "portal.sign"


# What a manager may who looks at the portal as a dealer: as its viewers do.
VIEWER_RIGHTS = frozenset({"portal.view_*"})

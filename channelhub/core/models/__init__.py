from channelhub.core.models.feeds import ExternalCode, Feed
from channelhub.core.models.months import AccountingMonth
from channelhub.core.models.people import Role, User, UserRole

__all__ = ["AccountingMonth", "ExternalCode", "Feed", "Role", "User", "UserRole"]

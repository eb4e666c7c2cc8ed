from accounts.models.calendar import CalendarToken
from accounts.models.organisation import Organisation
from accounts.models.user import User, UserManager

__all__ = ["CalendarToken", "Organisation", "User", "UserManager"]

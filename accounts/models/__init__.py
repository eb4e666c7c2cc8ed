from accounts.models.organisation import Organisation
from accounts.models.user import User, UserManager

__all__ = ["Organisation", "User", "UserManager"]

"""`python manage.py create_administrator EMAIL`: the first one, who makes the others on the site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import create_user, invitation_path


class Command(BaseCommand):
    help = (
        "Create an administrator and print the link where they choose a password. Repeat it for a new link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument(
            "--site", default="", help="what stands before the path, for example https://lofte.example.se"
        )

    def handle(self, *args: Any, email: str, site: str, **options: Any) -> None:
        try:
            user = User.objects.filter(email__iexact=email).first()
            if user is None:
                user = create_user(email=email, is_administrator=True, by=None)
                told = _("%(email)s is an administrator now.")
            else:
                self._refuse_unless_administrator(user)
                told = _("%(email)s is an administrator already. Nothing is changed; here is a new link.")
            link = site.rstrip("/") + invitation_path(user, by=None)
        except ValidationError as error:
            raise CommandError(f"{email}: {' '.join(error.messages)}") from None
        except DatabaseError:
            reason = _("The database does not answer as it should. Run: python manage.py migrate")
            raise CommandError(reason) from None
        self.stdout.write(told % {"email": user.email})
        self.stdout.write(_("A password is chosen here, once, within three days:"))
        self.stdout.write(link)

    @staticmethod
    def _refuse_unless_administrator(user: User) -> None:
        """Whoever has an account gets the right from an administrator, on the site."""
        if user.is_example:
            raise CommandError(
                _("%(email)s is an example user. Choose another e-mail.") % {"email": user.email}
            )
        if not (user.is_active and user.is_administrator):
            raise CommandError(
                _("%(email)s has an account that is closed or no administrator's. Choose another e-mail.")
                % {"email": user.email}
            )

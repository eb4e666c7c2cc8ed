from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from promises.choices import Role
from promises.models.promise import Promise


class Membership(models.Model):
    """What a person is in one promise, and for which party. Several roles are several rows.

    Removing a role removes the row: it carries no number. That it was there stands in the history.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("user"))
    promise = models.ForeignKey(
        Promise, models.PROTECT, related_name="memberships", verbose_name=_("promise")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("party"))
    role = models.CharField(_("role"), max_length=12, choices=Role)

    class Meta:
        verbose_name = _("role in a promise")
        verbose_name_plural = _("roles in promises")
        ordering = ["promise", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "promise", "role"],
                name="membership_once",
                violation_error_message=_("The person has this role already."),
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.promise}"

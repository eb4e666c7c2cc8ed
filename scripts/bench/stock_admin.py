"""Django's admin as it comes: the tables registered, the columns of our list, fifty rows a page."""

from typing import Any

from django.contrib import admin

from accounts.models import User
from activities.models import Activity
from promises.models import Commitment, Promise


class ActivityAdmin(admin.ModelAdmin):
    list_display = ("occurred_on", "commitment", "kind", "quantity", "logged_by", "state")
    list_select_related = ("commitment", "kind", "logged_by")
    list_per_page = 50

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """The promise and the writer are no fields of a form; without them the row cannot be stored."""
        obj.promise_id, obj.logged_by = obj.commitment.promise_id, request.user
        super().save_model(request, obj, form, change)


def register(site: admin.AdminSite) -> None:
    """Every signed-in person may do everything in it: our users know no Django permissions."""
    User.is_staff = True
    User.has_perm = User.has_module_perms = lambda *_args, **_kwargs: True
    User.get_short_name = User.__str__
    site.register(Activity, ActivityAdmin)
    site.register(Promise, admin.ModelAdmin)
    site.register(Commitment, admin.ModelAdmin)

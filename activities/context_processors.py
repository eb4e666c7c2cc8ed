"""What every page says: that numbers are made up, where any are, and to scripts on a phone whose page it is."""

from django.http import HttpRequest

from accounts.models import User
from activities.device import writer_key
from activities.models import Activity
from activities.theme import CARD


def example_data(request: HttpRequest) -> dict[str, object]:
    return {"example_data": Activity.objects.filter(is_example=True).exists()}


def device(request: HttpRequest) -> dict[str, object]:
    """``writer``: the key that entries on a phone carry (activities/device.py), "" where nobody is signed in."""
    user = getattr(request, "user", None)
    return {"device": {"writer": writer_key(user) if isinstance(user, User) else "", "colours": CARD}}

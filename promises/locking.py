"""One writer at a time for each promise."""

from django.db import connection

from promises.models import Promise


def hold(promise_id: int) -> None:
    """Nobody else writes to the promise until the transaction ends; people read, and log elsewhere, meanwhile.

    Whatever writes rows of a promise holds it first, before any other lock: so there is no deadlock, the running
    totals of its rows stay right, and its history is in the order in which others come to see it. SQLite, which
    has one writer for all, passes it over.
    """
    if connection.features.has_select_for_update:
        Promise.objects.select_for_update(no_key=True).only("pk").get(pk=promise_id)

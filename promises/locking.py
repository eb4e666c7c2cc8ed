"""One writer at a time for each promise."""

from promises.models import Promise


def hold(promise_id: int) -> Promise:
    """Nobody else writes to the promise until the transaction ends; people read, and log elsewhere, meanwhile.

    Whatever writes rows of a promise holds it first, before any other lock: so there is no deadlock, the running
    totals of its rows stay right, and its history is in the order in which others come to see it. SQLite, which
    has one writer for all, only reads it. Returned is the promise as it is from now on: ``requires_review``,
    ``locked_until``.
    """
    held: Promise = (
        Promise.objects.select_for_update(no_key=True)
        .only("pk", "starts_on", "ends_on", "requires_review", "locked_until")
        .get(pk=promise_id)
    )
    return held

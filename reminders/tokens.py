"""The link in a mail that turns reminders off without signing in. It opens nothing else, and does not grow old."""

from collections.abc import Iterable

from django.core import signing

from reminders.choices import Kind

SALT = "reminders.unsubscribe"


def token(user: int, kinds: Iterable[Kind]) -> str:
    """For one person and these kinds."""
    return signing.dumps([user, [kind.value for kind in kinds]], salt=SALT)


def read(text: str) -> tuple[int, list[Kind]]:
    """Whose and which. ValueError where the site has not signed it."""
    try:
        user, names = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        raise ValueError("not a link of this site") from None
    return user, [Kind(name) for name in names]

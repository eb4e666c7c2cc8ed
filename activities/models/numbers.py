"""Numbers of rows that stand in addresses."""

import secrets


def new_number() -> int:
    """Fifteen digits at random. Counted one by one, the numbers in the addresses would tell by their gaps how many
    secret plans there are, and a row's own number that it was planned before it was done (OSL 18:1-2)."""
    return 10**14 + secrets.randbelow(9 * 10**14)

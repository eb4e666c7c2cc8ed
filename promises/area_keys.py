"""What an area is called in an address."""

from collections.abc import Sequence

from django.utils.text import slugify

RESERVED = frozenset({"grans"})  # a page of its own under the areas


def area_keys(names: Sequence[str]) -> dict[str, str]:
    """name -> its part of an address, in the promise's order: "Kroksbäck" is "kroksback".

    What an area is called does not change (docs/adr/0004), so neither does this. Where two would be the same, the
    later one gets a number.
    """
    keys: dict[str, str] = {}
    taken = set(RESERVED)
    for name in names:
        plain = slugify(name) or "omrade"
        key, number = plain, 2
        while key in taken:
            key, number = f"{plain}-{number}", number + 1
        keys[name] = key
        taken.add(key)
    return keys

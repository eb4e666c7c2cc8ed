"""What is wrong with the amendments of a definition: what a schema cannot say. In words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from promises.models.amendment import EARLIEST
from promises.yaml_file import child, quoted

TERMS: dict[str, tuple[str, ...]] = {
    "coverage": ("times",),
    "deliverable": ("due_on",),
    "on_request": (),
    "effort": (),
}
Found = Iterator[tuple[str, str]]  # path, reason


def amendment_problems(
    path: str,
    amendment: dict[str, Any],
    *,
    targets: list[Any],
    signing: dict[str, Any],
    span: tuple[date, date] | None,
) -> Found:
    """``targets``: the commitment's, as written. ``signing``: names and short names of those who sign."""
    yield from _day(path, amendment.get("decided_on"), span)
    yield from _parties(path, amendment.get("decided_by"), signing)
    number = amendment.get("target")
    if number is None:
        yield from _without_target(path, amendment)
    elif isinstance(number, int) and number >= 1:
        if number > len(targets):
            shown = {"number": number, "count": len(targets)}
            yield f"{path}.target", _("There is no target %(number)s; the commitment has %(count)s.") % shown
        else:
            yield from _with_target(path, amendment, targets[number - 1])


def _day(path: str, value: Any, span: tuple[date, date] | None) -> Found:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return
    if day is None or span is None:
        return
    first, last = span[0] - EARLIEST, span[1]
    if not first <= day <= last:
        words = _("Choose a day from %(first)s to the promise's last day, %(last)s.")
        yield f"{path}.decided_on", words % {"first": first, "last": last}


def _parties(path: str, names: Any, signing: dict[str, Any]) -> Found:
    seen: set[Any] = set()
    for number, name in enumerate(names if isinstance(names, list) else ()):
        place = child(f"{path}.decided_by", number)
        if isinstance(name, str) and name not in signing:
            yield place, _("“%(party)s” does not sign this promise.") % {"party": quoted(name).strip("”")}
        elif isinstance(name, str) and signing[name] in seen:
            yield place, _("%(value)s is named already.") % {"value": quoted(name)}
        elif isinstance(name, str):
            seen.add(signing[name])


def _without_target(path: str, amendment: dict[str, Any]) -> Found:
    if any(key in amendment for key in ("minimum", "times", "due_on", "reading")):
        yield f"{path}.target", _("Say which of the commitment's targets is changed: 1 is the first.")
    elif "wording" not in amendment:
        yield path, _("Nothing is changed. Write what is new.")


def _with_target(path: str, amendment: dict[str, Any], target: Any) -> Found:
    """Each kind of target has one key for what it is judged by; on request and effort have none."""
    kind = target.get("kind") if isinstance(target, dict) else None
    wanted = TERMS.get(kind, ("minimum",)) if isinstance(kind, str) else ("minimum",)
    for key in ("minimum", "times", "due_on"):
        if key in amendment and key not in wanted:
            yield f"{path}.{key}", _("This does not belong to this kind of target.")
    for key in (*wanted, "reading"):
        if key not in amendment:
            yield f"{path}.{key}", _("This key is missing.")

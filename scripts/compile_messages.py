"""Compile every locale/**/*.po to the .mo file that Django reads.

Not `manage.py compilemessages`: that needs GNU msgfmt, and a machine with only Python must be able to run the
site.
"""

import os
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogue(path: Path) -> bool:
    """Write the .mo beside ``path`` unless it is newer already; say whether anything was written."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    # Written aside and moved into place: a site that starts at this moment must not read half a file.
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    polib.pofile(str(path)).save_as_mofile(str(unfinished))
    unfinished.replace(target)
    return True


def compile_all() -> int:
    """Compile all catalogues of the project; return how many changed."""
    return sum(compile_catalogue(path) for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")))


if __name__ == "__main__":
    try:
        compile_all()
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"A translation file cannot be compiled: {error}")

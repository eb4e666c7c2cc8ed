"""One export in a process of its own, so that the memory it tells is that export's.

    python -m bench.exports list csv SLUG EMAIL

Prints seconds, peak memory and the size of the answer as JSON. "nothing" as format is a process that exports
nothing: what Django alone takes.
"""

import json
import os
import re
import resource
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.test import Client
from django.urls import reverse

from accounts.models import User

ADDRESSES = {"list": "activities:export", "evaluation": "reports:export"}


def main(kind: str, fmt: str, slug: str, email: str) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email=email))
    began, size = time.perf_counter(), 0
    if fmt != "nothing":
        response = client.get(reverse(ADDRESSES[kind], args=[slug, fmt]))
        if response.status_code != 200:
            sys.exit(f"{kind} {fmt}: {response.status_code}")
        size = sum(len(part) for part in response)  # a part at a time, as it is sent
    print(json.dumps({"s": time.perf_counter() - began, "mb": peak(), "kb": size / 1000}))


def peak() -> float:
    """Peak memory of this process in megabytes. Linux's own count for getrusage begins with that of the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text())[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts bytes


if __name__ == "__main__":
    main(*sys.argv[1:])

"""One export in a process of its own, so that the memory it tells is that export's.

    python -m bench.exports list csv SLUG EMAIL

Prints seconds, peak memory and the size of the answer as JSON. "nothing" as format is a process that exports
nothing: what Django alone takes.
"""

import json
import os
import resource
import sys
import time

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
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = used / (1e6 if sys.platform == "darwin" else 1e3)  # macOS counts bytes, Linux kilobytes
    print(json.dumps({"s": time.perf_counter() - began, "mb": megabytes, "kb": size / 1000}))


if __name__ == "__main__":
    main(*sys.argv[1:])

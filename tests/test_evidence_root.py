"""The folder of evidence may be anywhere but where everybody is served from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("folder", "starts"),
    [("static/underlag", False), ("staticfiles", False), ("var/../static/a", False), ("var/evidence", True)],
)
def test_site_does_not_start_with_evidence_in_a_folder_that_is_served(folder, starts):
    done = subprocess.run(
        [sys.executable, "-c", "import medborgarlofte.settings"],
        cwd=ROOT,
        env={**os.environ, "EVIDENCE_ROOT": folder},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode == 0) == starts
    assert starts or "EVIDENCE_ROOT lies in a folder" in done.stderr

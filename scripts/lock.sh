#!/bin/sh
# `make lock`: write requirements.txt and requirements-dev.txt, exact versions with hashes for all platforms.
# Uses uv; where it is not installed, a copy in a temporary folder.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    .venv/bin/python -m pip install -qq --target "$folder" uv
    uv=$folder/bin/uv
fi
for name in requirements requirements-dev; do
    "$uv" pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
        "$@" "$name.in" -o "$name.txt"
done

#!/bin/sh
# scripts/install.sh [dev]: the virtual environment .venv with exactly what the lock says, checked by hash.
# Needs python3 >= 3.11 only. Does nothing, in a few milliseconds, when all is in place.
set -eu
cd "$(dirname "$0")/.."
venv=.venv

stop() {
    echo "$1" >&2
    exit 1
}

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if ! suits "$venv/bin/python"; then
    python=
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if suits "$candidate"; then
            python=$candidate
            break
        fi
    done
    [ -n "$python" ] || stop "Python 3.11 or newer is needed: sudo apt install python3 (macOS: brew install python)"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        stop "Python's venv module is needed: sudo apt install python3-venv"
    "$python" -m venv --clear "$venv" || stop "The virtual environment $venv could not be made with $python."
fi

# Whoever has the tools keeps them: `make run` never takes the development set away, and brings it up to date.
set="${1:-run}"
[ ! -e "$venv/installed-dev" ] || set=dev
case $set in
    dev) lock=requirements-dev.txt ;;
    run) lock=requirements.txt ;;
    *) stop "Unknown set of packages: $set" ;;
esac

stamp="$("$venv/bin/python" -V) $(cksum <"$lock")"
if [ "$(cat "$venv/installed-$set" 2>/dev/null)" != "$stamp" ]; then
    echo "Installing the packages of $lock ..."
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock" ||
        stop "The packages of $lock could not be installed (see above). Is the package index reachable?"
    echo "$stamp" >"$venv/installed-$set"
fi

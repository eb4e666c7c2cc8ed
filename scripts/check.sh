#!/bin/sh
# `make check`: everything that can be said about the code without running it. All checks run; the last line names
# those that failed.
cd "$(dirname "$0")/.." || exit 1
bin=.venv/bin
failed=

check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name: $*"
        echo "$output" | sed 's/^/        /'
        failed="$failed $name"
    fi
}

check lint "$bin/ruff" check --quiet .
check format "$bin/ruff" format --check --quiet --diff .
check templates "$bin/djlint" --quiet --lint templates
check types "$bin/mypy" accounts activities history medborgarlofte promises reminders reports
check layers "$bin/lint-imports" --no-cache
check migrations "$bin/python" manage.py makemigrations --check --dry-run
check deploy "$bin/python" manage.py check --fail-level WARNING
check translations "$bin/python" scripts/messages.py --check

[ -z "$failed" ] && exit 0
echo "Failed:$failed"
exit 1

#!/bin/sh
# Install a PostgreSQL server for the tests if it is missing; do not start it.
set -eu
python=$1

"$python" -m tests.postgres.server && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL for the tests"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    # A package source may be unreachable; the others may be enough.
    apt-get update -qq || true
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 postgresql </dev/null >/dev/null || true
fi
"$python" -m tests.postgres.server && exit 0
echo "The tests need PostgreSQL (Debian and Ubuntu, as root: apt-get update && apt-get install postgresql)." \
    "Run the other tests: $python -m pytest -k 'not postgresql'" >&2
exit 1

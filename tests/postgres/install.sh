#!/bin/sh
# Make sure that there is a PostgreSQL server for the tests; none is started here.
set -eu
python=$1

"$python" -m tests.postgres.server && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL for the tests"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    # Some source of packages may be out of reach; what is known of the others can be enough.
    apt-get update -qq || true
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 postgresql </dev/null >/dev/null || true
fi
"$python" -m tests.postgres.server && exit 0
echo "The tests need PostgreSQL (Debian and Ubuntu, as root: apt-get update && apt-get install postgresql)." \
    "Those that do without: $python -m pytest -k 'not postgresql'" >&2
exit 1

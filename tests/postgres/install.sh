#!/bin/sh
# Make sure that there is a PostgreSQL server for the tests; none is started here.
set -eu
python=$1

"$python" -m tests.postgres.server && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL for the tests"
    apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends postgresql >/dev/null
fi
"$python" -m tests.postgres.server || { echo "The tests need PostgreSQL (Debian and Ubuntu: apt install postgresql)."; exit 1; }

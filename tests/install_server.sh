#!/bin/sh
# Install a server for the tests from a Debian package if it is missing; do not start it.
# Usage: install_server.sh PYTHON MODULE PACKAGE PYTEST-OPTIONS: the module ends with 0 if the server is there, and the
# options run the tests that do without it.
set -eu
python=$1 module=$2 package=$3 others=$4

"$python" -m "$module" && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $package for the tests"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    # A package source may be unreachable; the others may be enough.
    apt-get update -qq || true
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$package" </dev/null >/dev/null || true
fi
"$python" -m "$module" && exit 0
echo "The tests need $package (Debian and Ubuntu, as root: apt-get update && apt-get install $package)." \
    "Run the other tests: $python -m pytest $others" >&2
exit 1

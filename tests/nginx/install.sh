#!/bin/sh
# Install nginx for the tests of the proxy if it is missing; do not start it.
set -eu
python=$1

"$python" -m tests.nginx.proxy && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing nginx for the tests"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    # A package source may be unreachable; the others may be enough.
    apt-get update -qq || true
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 nginx-light </dev/null >/dev/null || true
fi
"$python" -m tests.nginx.proxy && exit 0
echo "The tests need nginx (Debian and Ubuntu, as root: apt-get update && apt-get install nginx-light)." \
    "Run the other tests: $python -m pytest --ignore tests/browser" >&2
exit 1

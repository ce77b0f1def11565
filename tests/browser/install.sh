#!/bin/sh
# Install Chromium for the browser tests if it is missing: the system's with libatomic, which Playwright needs, or else
# Playwright's own.
set -eu
python=$1

"$python" -m tests.browser.chromium 2>/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests"
    apt-get update -qq || true # A package source may be unreachable.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 \
        chromium libatomic1 </dev/null >/dev/null
else
    "$python" -m playwright install chromium
fi

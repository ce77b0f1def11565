#!/bin/sh
# Make sure that there is a Chromium for the browser tests, the system's, or else Playwright's own, and what Playwright
# itself needs of the system: libatomic.
set -eu
python=$1

"$python" -m tests.browser.chromium 2>/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests"
    apt-get update -qq || true # some source of packages may be out of reach
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 \
        chromium libatomic1 </dev/null >/dev/null
else
    "$python" -m playwright install chromium
fi

#!/bin/sh
# Make sure that there is a Chromium for the browser tests: the system's, or else Playwright's own.
set -eu
python=$1

"$python" -m tests.browser.chromium && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
    "$python" -m playwright install chromium
fi

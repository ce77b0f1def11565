import os
import subprocess
import sys

import pytest

from digitnet.experiments.process_lock import handing_over, hold_for_life, is_held
from digitnet.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")]
SLEEP = "import sys; print('up', flush=True); sys.stdin.read()"
HOLD = f"from pathlib import Path; from digitnet.experiments.process_lock import hold_for_life; {SLEEP.split(';')[0]}"


def start(code, **settings):
    """Start a process that ends when its input does; return it when it is up."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **settings
    )
    assert process.stdout.readline() == b"up\n"
    return process


def end(process):
    process.communicate()


def test_process_goes_on_holding_what_was_handed_over(tmp_path):
    path = tmp_path / "lock"
    with handing_over(path) as descriptors:
        process = start(SLEEP, pass_fds=descriptors)
    assert is_held(path)
    end(process)
    assert not is_held(path)


def test_process_that_starts_itself_holds_until_it_ends(tmp_path):
    path = tmp_path / "lock"
    process = start(f"{HOLD}; hold_for_life(Path({str(path)!r})); print('up', flush=True); sys.stdin.read()")
    assert is_held(path)
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    assert not is_held(path)


def test_process_keeps_what_was_handed_over_when_it_asks_again(tmp_path):
    path = tmp_path / "lock"
    with handing_over(path) as descriptors:
        code = f"{HOLD}; hold_for_life(Path({str(path)!r})); print('up', flush=True); sys.stdin.read()"
        process = start(code, pass_fds=descriptors)
    assert is_held(path)
    end(process)
    assert not is_held(path)


def test_missing_file_is_not_held(tmp_path):
    assert not is_held(tmp_path / "none")
    with pytest.raises(OSError, match="none"):
        hold_for_life(tmp_path / "none" / "lock")

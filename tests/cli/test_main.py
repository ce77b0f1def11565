import subprocess
import sys

import pytest

from tests.helpers.samples import SAMPLES

pytestmark = pytest.mark.slow


def test_closed_output_is_no_error():
    command = f"{sys.executable} -m digitnet read {SAMPLES / 'even.jpg'} {SAMPLES / 'even.jpg'} | head -c 1"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert run.stdout == str(SAMPLES)[0]
    assert "Traceback" not in run.stderr


def test_module_runs_as_a_command():
    command = [sys.executable, "-m", "digitnet", "read", str(SAMPLES / "squared.jpg")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "8128\n496\n28\n"
    assert run.stderr == ""

"""`make audit` fails unless all packages were looked up, with stand-ins for the auditor."""

import shutil
import subprocess
import sys

import pytest

from digitnet.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("make"), reason="make is missing")]


@pytest.fixture
def audit(tmp_path):
    """Return a function that runs `make audit` with programs of these exit codes: its result and their arguments."""
    log = tmp_path / "log"
    log.touch()

    def program(name, *lines):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
        path.chmod(0o755)

    def run(auditor=0, installs=True, has=True):
        (tmp_path / "venv").mkdir()
        pip_audit = [f'echo "$*" >> {log}', f"exit {auditor}"]
        if has:
            program("audit/bin/pip-audit", *pip_audit)
        program("venv/bin/python", f'[ "$1 $2" = "-m venv" ] && exit {0 if installs else 1}', f'{sys.executable} "$@"')
        for name in ("venv/dev", "venv/app"):
            (tmp_path / name).touch()
        variables = [f"VENV={tmp_path / 'venv'}", f"AUDIT={tmp_path / 'audit'}"]
        command = ["make", "--no-print-directory", "audit", *variables]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        return done.returncode, log.read_text()

    return run


def test_audit_passes_if_the_auditor_finds_nothing(audit):
    code, arguments = audit(auditor=0)
    assert code == 0
    assert "--strict" in arguments
    assert "site-packages" in arguments


def test_audit_fails_if_the_auditor_fails(audit):
    assert audit(auditor=1)[0] != 0


@pytest.mark.parametrize("installs", [True, False])
def test_audit_fails_if_the_auditor_cannot_be_installed(audit, installs):
    code, arguments = audit(has=False, installs=installs)
    assert code != 0
    assert arguments == ""

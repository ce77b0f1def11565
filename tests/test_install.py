"""Install what the tests need from the system, on machines with it and without it."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parent / "install_server.sh"


@pytest.fixture
def machine(tmp_path):
    """Return a function that runs the script among stand-ins: its result, and its calls of apt-get."""
    programs, found, log = tmp_path / "bin", tmp_path / "found", tmp_path / "log"
    programs.mkdir()
    log.touch()

    def program(name, *lines):
        path = programs / name
        path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
        path.chmod(0o755)
        return str(path)

    def run(user=0, has=False, apt="true", updates=True, installs=True):
        if has:
            found.touch()
        program("id", f"echo {user}")
        if apt:
            program(
                "apt-get",
                f'echo "$DEBIAN_FRONTEND $*" >> {log}',
                f'[ "$1" = install ] || exit {0 if updates else 100}',
                f": > {found}" if installs else "exit 100",
            )
        python = program("python", f'[ "$*" = "-m tests.some.server" ] && [ -e {found} ]')
        shell = shutil.which("sh")
        done = subprocess.run(
            [shell, SCRIPT, python, "tests.some.server", "some-server", "--ignore tests/some"],
            env={"PATH": str(programs)},
            capture_output=True,
            text=True,
        )
        return done, log.read_text().splitlines()

    return run


def test_program_that_is_there_is_enough(machine):
    done, asked = machine(has=True)
    assert (done.returncode, asked) == (0, [])


@pytest.mark.parametrize("updates", [True, False])
def test_root_has_it_installed_without_a_question(machine, updates):
    done, asked = machine(updates=updates)
    assert done.returncode == 0
    update, install = asked
    assert update.startswith("noninteractive update")
    assert install.startswith("noninteractive install -y")
    assert install.endswith(" some-server")


@pytest.mark.parametrize("lacks", [{"installs": False}, {"user": 1000}, {"apt": ""}])
def test_where_it_cannot_be_installed_a_sentence_says_what_to_do(machine, lacks):
    done, asked = machine(**lacks)
    assert done.returncode == 1
    assert "apt-get install some-server" in done.stderr
    assert "pytest --ignore tests/some" in done.stderr
    assert bool(asked) == ("installs" in lacks)

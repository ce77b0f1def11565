"""The Dockerfile and compose.yaml agree with each other, with the repository and with good practice."""

import fnmatch
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from digitnet.access.settings import read_settings
from digitnet.experiments.trainers import has_worker
from digitnet.paths import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
IMAGE_TARGETS = ["serve", "train"]


def read_stages():
    """Return the base and the instructions, as (name, arguments), of each stage by name."""
    stages = {}
    for line in DOCKERFILE.splitlines():
        if start := re.fullmatch(r"FROM (\S+) AS (\S+)", line):
            base, name = start.groups()
            stages[name] = (base, [])
        elif line and not line.startswith("#"):
            stages[name][1].append(tuple(line.split(" ", 1)))
    return stages


STAGES = read_stages()


def list_instructions(stage):
    """Return the instructions of a stage and of those that it begins with."""
    base, own = STAGES[stage]
    return (list_instructions(base) if base in STAGES else []) + own


def list_sources():
    """Return the paths that are copied from the repository."""
    copies = [line for _, lines in STAGES.values() for name, line in lines if name == "COPY"]
    return [source for copy in copies if not copy.startswith("--from=") for source in copy.split()[:-1]]


def list_base_images():
    bases = [base for base, _ in STAGES.values() if base not in STAGES]
    return bases + [service["image"] for service in SERVICES.values()]


def test_images_have_versions():
    assert [image for image in list_base_images() if not re.search(r":v?\d", image)] == []


def test_python_is_one_that_the_package_takes():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert wanted == ">=3.11,<3.14"
    assert {base for base in list_base_images() if base.startswith("python:")} == {"python:3.13-slim-bookworm"}


def test_copied_files_exist_and_reach_the_engine():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    kept = [line[1:] for line in ignored if line.startswith("!")]
    assert "*" in ignored
    for source in list_sources():
        assert (ROOT / source).exists()
        assert any(fnmatch.fnmatch(source, f"{pattern}*") for pattern in kept), source
    for pattern in kept:
        assert (ROOT / pattern).exists()


def test_all_files_of_the_package_are_copied():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    needed = [*build["targets"]["wheel"]["force-include"], *build["targets"]["wheel"]["packages"]]
    assert [path for path in needed if path not in list_sources()] == []


@pytest.mark.parametrize("target", IMAGE_TARGETS)
def test_image_runs_as_a_plain_user_and_tells_its_health(target):
    instructions = list_instructions(target)
    names = [name for name, _ in instructions]
    assert [line for name, line in instructions if name == "USER"] == ["10001"]
    assert "HEALTHCHECK" in names
    assert "VOLUME" in names
    after = names[names.index("USER") :]
    assert not {"RUN", "ADD"} & set(after)


@pytest.mark.parametrize(("target", "has_tensorflow"), [("serve", False), ("train", True)])
def test_server_has_no_tensorflow(target, has_tensorflow):
    copies = [line for name, line in list_instructions(target) if name == "COPY" and "--from=" in line]
    (stage,) = {re.search(r"--from=(\S+)", line)[1] for line in copies}
    installs = [line for name, line in STAGES[stage][1] if name == "RUN" and "pip install" in line]
    assert any("train]" in line for line in installs) == has_tensorflow


def test_no_secret_is_in_the_files():
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file()]
    assert not any(re.search(r"(?i)(password|secret|token)\S*\s*[=:]\s*[\"']?\w{6}", text) for text in texts)


def test_services_are_built_from_targets_that_exist():
    assert {service["build"]["target"] for service in OURS.values()} == set(IMAGE_TARGETS)
    for service in OURS.values():
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert service["image"] == f"digitnet-{service['build']['target']}:1"


@pytest.mark.parametrize("name", OURS)
def test_own_services_may_write_to_their_volumes_alone(name):
    service = OURS[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert {volume.split(":")[0] for volume in service["volumes"] if not volume.endswith(":ro")} == {"data", "models"}


def test_mounted_files_and_names_exist():
    yours = {"./certificate.pem", "./key.pem"}  # Of the operator.
    for service in SERVICES.values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source in {*COMPOSE["volumes"], *yours} or (DEPLOY / source).is_file()
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("depends_on", ())) <= set(SERVICES)


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_proxy_knows_each_server():
    text = (DEPLOY / "nginx" / "servers.compose.conf").read_text(encoding="utf-8")
    servers = [name for name, service in OURS.items() if service["build"]["target"] == "serve"]
    assert re.findall(r"^server (\S+):8501;$", text, re.MULTILINE) == servers
    assert set(SERVICES["proxy"]["depends_on"]) == set(servers)


def test_servers_leave_trainings_to_the_worker(monkeypatch):
    monkeypatch.setenv("DIGITNET_SETTINGS", str(DEPLOY / "settings.toml"))
    for name, service in OURS.items():
        monkeypatch.setenv("DIGITNET_TRAININGS", service["environment"].get("DIGITNET_TRAININGS", "here"))
        assert has_worker() == (name != "trainer")


def test_settings_can_be_read(monkeypatch):
    monkeypatch.setenv("DIGITNET_SETTINGS", str(DEPLOY / "settings.toml"))
    assert read_settings()["server"]["log_format"] == "json"


def test_health_of_a_worker_is_whether_it_holds_its_lock(tmp_path):
    from digitnet.experiments.process_lock import handing_over

    def check():
        return subprocess.run(
            [sys.executable, DEPLOY / "check_worker.py"],
            env={"DIGITNET_MODELS": str(tmp_path)},
            capture_output=True,
        ).returncode

    assert check() == 1
    (tmp_path / ".training").mkdir()
    with handing_over(tmp_path / ".training" / "worker.lock"):
        assert check() == 0
    assert check() == 1


def test_health_of_a_server_that_is_gone_is_bad():
    command = [sys.executable, DEPLOY / "check_server.py"]
    assert subprocess.run(command, env={"STREAMLIT_SERVER_PORT": "9"}, capture_output=True).returncode == 1

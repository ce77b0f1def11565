"""The wheel carries the app and its models, and reads from an empty folder."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from digitnet import extras
from digitnet.cli.main import run_command
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.models import store, zip_package
from digitnet.paths import ROOT
from hatch_build import read_requirements
from tests.helpers.samples import SAMPLES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder into which the wheel is unpacked."""
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


@pytest.fixture
def run(installed, tmp_path):
    """A function that runs Python with the unpacked wheel, in an empty folder with an empty home."""
    home, folder = tmp_path / "home", tmp_path / "empty"
    home.mkdir()
    folder.mkdir()
    places = {"HOME": home, "XDG_DATA_HOME": home / "data", "LOCALAPPDATA": home / "data", "PYTHONPATH": installed}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIGITNET_")}
    environment |= {name: str(place) for name, place in places.items()}

    def run_python(*arguments):
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    return run_python


def list_files(folder):
    return sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)


def test_wheel_holds_one_package_with_app_and_models(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"digitnet", "digitnet-0.1.0.dist-info"}
    bundle = {
        f"digitnet/bundle/{path}" for path in ("app.py", "navigation.py", ".streamlit/config.toml", "pages/draw.py")
    }
    models = {f"digitnet/bundle/models/{name}/{file}" for name in store.SHIPPED_MODELS for file in zip_package.FILES}
    licenses = {f"digitnet-0.1.0.dist-info/licenses/{file}" for file in ("LICENSE", "NOTICE.md")}
    assert bundle | models | licenses <= set(names)
    assert [name for name in names if "__pycache__" in name] == []


def test_installed_command_reads_from_an_empty_folder(run, installed, tmp_path):
    before = list_files(tmp_path), list_files(installed)
    reading = run("-m", "digitnet", "read", SAMPLES / "squared.jpg")
    assert (reading.stdout, reading.stderr, reading.returncode) == ("8128\n496\n28\n", "", 0)
    assert (list_files(tmp_path), list_files(installed)) == before


def test_installed_library_reads_without_the_clone(run, installed):
    code = f"""
import sys, digitnet
print(digitnet.read({str(SAMPLES / "squared.jpg")!r}).text, digitnet.__file__, sep="\\n")
print([path for path in sys.path if path.rstrip("/") == {str(ROOT)!r}])
"""
    lines = run("-c", code).stdout.splitlines()
    assert lines == ["8128", "496", "28", str(installed / "digitnet" / "__init__.py"), "[]"]


def test_installed_models_lie_in_the_user_folder(run, tmp_path):
    code = """
from digitnet import paths
from digitnet.models import creation, store
import shutil
assert store.list_models() == ["cnn", "mlp"]
with creation.create_model("mine") as folder:
    shutil.copytree(store.model_dir("mlp"), folder, dirs_exist_ok=True)
print(store.list_models(), store.model_dir("mine"), paths.data_dir(), sep="\\n")
"""
    result = run("-c", code)
    assert result.stderr == ""
    models, mine, data = result.stdout.splitlines()
    assert models == "['cnn', 'mine', 'mlp']"
    assert Path(mine).is_relative_to(tmp_path / "home")
    assert Path(data).is_relative_to(tmp_path / "home")


def test_installed_app_runs(run, installed):
    bundle = installed / "digitnet" / "bundle"
    code = f"""
import sys
sys.path.insert(0, {str(bundle)!r})
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(bundle / "navigation.py")!r}, default_timeout=300).run()
print([error.value for error in app.exception])
"""
    assert run("-c", code).stdout == "[]\n"


def test_trained_model_hides_a_shipped_one_of_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITNET_MODELS", str(tmp_path))
    assert store.model_dir("mlp") == ROOT / "models" / "mlp"
    shutil.copytree(ROOT / "models" / "mlp", tmp_path / "mlp")
    assert store.model_dir("mlp") == tmp_path / "mlp"
    assert store.list_models() == ["cnn", "mlp"]


def test_each_extra_lists_the_modules_it_brings():
    requirements = read_requirements(ROOT)
    assert list(requirements) == ["", "app", "train", "mcp", "archive", "ray"]
    distributions = packages_distributions()
    for extra, modules in extras.MODULES.items():
        names = {canonicalize_name(Requirement(line).name) for line in requirements[extra]}
        brought = {canonicalize_name(name) for module in modules for name in distributions[module]}
        assert names <= brought


@pytest.mark.parametrize(
    ("command", "module", "lack"),
    [
        ("app", "streamlit", "the packages of the app"),
        ("digits", "sqlalchemy", "the packages of the app"),
        ("train", "tensorflow", "TensorFlow"),
        ("mcp", "mcp", "the package mcp"),
    ],
)
def test_command_names_the_package_it_lacks(command, module, lack, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(extras, "IS_INSTALLED", True)
    assert run_command([command]) == 1
    line = f'pip install "digitnet[{extras.find_extra(module)}]"'
    assert capsys.readouterr().err == f"digitnet: The command '{command}' needs {lack}; install with: {line}\n"


def test_module_missed_within_a_command_is_explained(monkeypatch, capsys):
    def load():
        raise ModuleNotFoundError(name="sqlalchemy")

    monkeypatch.setattr("digitnet.cli.models._print_models", load)
    assert run_command(["models"]) == 1
    line = "pip install -r requirements.txt"
    error = f"digitnet: The command 'models' needs the packages of the app; install with: {line}\n"
    assert capsys.readouterr().err == error


def test_training_and_upload_without_tensorflow_say_so(models, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(queue.TrainingError, match=r"Training needs TensorFlow; install with: pip install -r"):
        queue.start(TrainingConfig.from_recipe("quick"))
    with pytest.raises(store.ModelError, match="Adding a model needs TensorFlow"):
        zip_package.import_model(b"", "mine")


def test_app_passes_options_of_streamlit_on(monkeypatch):
    started = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda arguments, **_: started.append(arguments))
    assert run_command(["app", "--server.port", "8600"]) == 0
    assert started == [["run", str(ROOT / "app.py"), "--server.port", "8600"]]


def test_other_commands_refuse_unknown_options(capsys):
    with pytest.raises(SystemExit):
        run_command(["models", "--server.port", "8600"])
    assert "unrecognized arguments: --server.port 8600" in capsys.readouterr().err

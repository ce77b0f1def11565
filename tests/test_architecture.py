"""Packages import from floors below, files are short, and importing digitnet stays light."""

import ast
import subprocess
import sys

from digitnet import extras
from digitnet.paths import ROOT

# A package imports from the floors below its own.
FLOORS = [
    {"labels", "types", "paths", "errors", "files"},
    {"zip_files", "formulas", "extras", "access", "expectations"},
    {"preprocessing", "datasets", "lan", "events", "workers"},
    {"segmentation", "models", "handwriting", "documents"},
    {"decoding", "augmentation"},
    {"reading"},
    {"collection", "forms"},
    {"batches", "archive"},  # Whatever forgets an account, in experiments, deletes the pictures of its batches, too.
    {"experiments", "scoring"},
    {"training", "explain", "backup", "tuning"},
    {"server"},
    {"cli"},
]
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}
# Besides the package `training`, only these modules may import TensorFlow.
KERAS_MODULES = {"architecture", "layers", "litert_export", "import_worker"}

# Modules that the extra "train" does not bring.
APP_ONLY = set(extras.MODULES["app"]) - set(extras.MODULES["train"])

SHARED = ["shared", "components", "corrections", "sheets"]  # Each may import from those before it.
PAGES = {"draw": "drawing", "photos": "photo", "inside": "inspection", "data": "digits", "models": "model"}
PAGES["train"] = "training"
PAGES["tutorials"] = "tutorial"
PAGES["forms"] = "form"
PAGES["batches"] = "batch"
PAGES["hand"] = "drawing"  # It is written on the same paper.
# Inputs whose values are lost on another page, unless `pages.shared.remembered` shows them.
INPUTS = {"checkbox", "date_input", "multiselect", "number_input", "pagination", "pills", "radio", "segmented_control"}
INPUTS |= {"select_slider", "selectbox", "slider", "text_area", "text_input", "toggle"}
# These hold what is sent by a button, act at once, or start with a value that the page keeps.
OTHER_INPUTS = {
    ("pages/batch/actions.py", "text_input"),
    ("pages/form/kept_templates.py", "text_input"),
    ("pages/form/results.py", "text_input"),
    ("pages/model/detail.py", "text_area"),
    ("pages/model/detail.py", "text_input"),
    ("pages/model/upload.py", "text_input"),
    ("pages/photos.py", "toggle"),  # Turns on the camera.
    ("pages/shared/intake.py", "toggle"),  # Shows the uploader of a folder.
    ("pages/training/network_editor.py", "number_input"),
    ("pages/training/network_editor.py", "pills"),
    ("pages/training/network_editor.py", "selectbox"),
}
MAX_LINES = 250
CATALOGS = ["digitnet/augmentation/writing_styles.py", "digitnet/augmentation/strings/variants.py"]


def list_sources(folder):
    return sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py"))


def iterate_imports(path):
    """Yield each module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (
                [node.module] if "." in node.module else [f"{node.module}.{alias.name}" for alias in node.names]
            )


def iterate_inputs(path):
    """Yield the name of each input of Streamlit that a file shows."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in INPUTS:
            yield node.func.attr


def get_package(module):
    return module.split(".")[1]


def get_package_of_file(path):
    return path.with_suffix("").parts[1]


def list_allowed(folder):
    """Return the folders of pages from which modules of `folder` may import."""
    if folder in SHARED:
        return set(SHARED[: SHARED.index(folder) + 1])
    return {PAGES.get(folder, folder), *SHARED}


def count_lines(path):
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def test_packages_import_from_floors_below():
    wrong = [
        f"{path}: {module}"
        for path in list_sources("digitnet")
        for module in iterate_imports(path)
        if (own := get_package_of_file(path)) not in ("__init__", "__main__")
        and module.startswith(("digitnet.", "pages", "benchmarks", "tests"))
        and (
            not module.startswith("digitnet.")
            or (get_package(module) != own and FLOOR[get_package(module)] >= FLOOR[own])
        )
    ]
    assert wrong == []


def test_pages_import_their_own_folder_and_shared_ones():
    wrong = [
        f"{path}: {module}"
        for path in list_sources("pages")
        for module in iterate_imports(path)
        if module.startswith("pages.") and get_package(module) not in list_allowed(get_package_of_file(path))
    ]
    assert wrong == []


def test_inputs_of_pages_make_remembered_choices():
    shown = {(path.as_posix(), name) for path in list_sources("pages") for name in iterate_inputs(path)}
    assert shown == OTHER_INPUTS


def test_only_training_and_few_modules_import_tensorflow():
    wrong = [
        str(path)
        for path in list_sources("digitnet")
        if {module.split(".")[0] for module in iterate_imports(path)} & {"keras", "tensorflow"}
        and get_package_of_file(path) != "training"
        and path.stem not in KERAS_MODULES
    ]
    assert wrong == []


def test_import_of_digitnet_is_light():
    code = "import sys, digitnet; print({'streamlit', 'sqlalchemy', 'tensorflow', 'keras'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_import_of_the_trainer_needs_no_package_of_the_app():
    code = f"import sys; sys.modules.update(dict.fromkeys({sorted(APP_ONLY)})); import digitnet.training.trainer"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stderr == ""


def test_packages_themselves_import_nothing():
    packages = [path for path in list_sources("digitnet") if path.name == "__init__.py" and len(path.parts) > 2]
    assert [str(path) for path in packages if list(iterate_imports(path))] == []


def test_files_but_catalogs_are_short():
    long = [str(path) for path in [*list_sources("digitnet"), *list_sources("pages")] if count_lines(path) > MAX_LINES]
    assert sorted(long) == sorted(CATALOGS)


def test_no_function_has_the_name_of_its_module():
    same = [
        str(path)
        for path in [*list_sources("digitnet"), *list_sources("pages")]
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == path.stem
    ]
    assert same == []

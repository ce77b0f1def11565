"""Every call that pages reach and every page is in the table of permissions, and refuses those who lack them.

A new module of these packages has to be named here, and a new public function of one that keeps or changes anything has
to be guarded, or to be named here with those that need no guard.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from dataclasses import is_dataclass

import pytest

from digitnet.access.callers import NOBODY, Caller, acting_as
from digitnet.access.permissions import NEEDED
from digitnet.access.roles import Role
from digitnet.errors import AccessError
from digitnet.paths import ROOT

PACKAGES = ["models", "experiments", "scoring", "tuning", "collection", "batches", "backup"]
TEACHER = Caller(Role.TEACHER, "anna@school.example")

# Modules that keep, change or look up models, trainings and digits, with what in them needs no guard of its own.
GUARDED = {
    "models.active": {},
    "models.card": {},
    "models.creation": {"recover_models"},  # They only mend what a kill left.
    "models.editing": {},
    "models.store": {"locate", "check_name", "compute_digest"},  # They open no file.
    "models.zip_package": {"to_model_name"},
    "experiments.auto_retraining": {"start_if_due"},  # It acts for whoever turned it on.
    "experiments.forgetting": {},
    "experiments.hands": {"is_hand"},
    "experiments.machine": {"machine_slot", "machine_lock"},  # They need a run.
    "experiments.notices": {"note_end", "has_runs"},  # Trainings note their ends; whether there is any is no secret.
    "experiments.promotion": {"compare", "compare_user_digits"},  # They are given models and digits.
    "experiments.queue": {
        "check_quotas",
        "check_not_under_way",
        "start_next",
    },  # Those who may have queued.
    "experiments.run": {"read_rows", "explain_save_errors"},
    "experiments.run_controls": {},
    "experiments.run_process": {
        "launch",
        "spawn",
        "terminate",
        "reap_children",
        "terminate_children",
    },  # Of this process.
    "experiments.training_worker": {},
    "experiments.studies": {"measure_figures", "measure_spread", "summarize_trials"},
    "experiments.study_runs": {},
    "experiments.tutorial_results": {"is_as_published", "find_ours", "plan", "list_missing"},
    "scoring.folder_scoring": {"describe_progress"},
    "scoring.picture_scoring": {"fail", "is_accepted"},
    "tuning.actions": {},
    "tuning.engine": {},
    "tuning.journal": {},
    "tuning.ray_search": {},
    "tuning.search": {"explain_search_errors"},
    "tuning.trial_runs": {"stop_all"},
    "collection.collection": {},
    "collection.connections": {},
    "collection.consents": {},
    "collection.string_store": {},
    "collection.table_copy": {},
    "collection.exchange.exporting": {"parse_line", "is_exported", "parse_arrays"},
    "collection.exchange.importing": {},
    "collection.exchange.row_export": {"write_rows", "to_arrays", "parse_line", "parse_arrays"},
    "batches.exports": {
        "measure_results",
        "to_workbook_file",
        "to_csv_file",
        "to_json_file",
        "list_cells",
    },  # Of what was loaded.
    "batches.numbers": {},
    "batches.pictures": {"delete_expired_pictures"},  # It does what was promised.
    "batches.sheets": {},
    "batches.store": {},
    "batches.templates": {},
    "backup.content": {"check_model"},
    "backup.restoring": {},
    "backup.writing": {},
}
# Methods of a collection that need no more than the permission to open it, and of a run and its controls.
READING = {"find", "count", "find_labels", "find_texts", "count_by_label", "count_by_account", "list_writers"}
READING |= {"load_digits", "load_pictures", "get_version", "find_next_time", "close"}
OPENED = {"Collection": READING, "StringStore": READING, "OpenDatabase": READING}
OPENED["ConsentStore"] = {"is_given", "check", "require"}
# To make one, or the run it is of, needs a permission.
CREATED = {"Run", "RunControls", "Search", "Journal", "Engine", "QueuedRuns", "ClusterRuns", "TrialRuns"}

# Modules that compute, and keep nothing.
HARMLESS = {
    "models": "architecture calibration classifier evaluation h5_network import_worker keras_check layers litert "
    "litert_export non_digits number_levels received_card",
    "experiments": "config config_checks curve_diagnosis duration fine_tuning_settings keras_script process_lock "
    "published recipes snapshots status steps study_table sweep_settings sweeps trainers tutorial_table tutorials",
    "scoring": "comparison error_pictures labels outcome score score_export",
    "collection": "account_counts addition alignment class_balance corrections crop_samples database erasure exchange "
    "label_errors migrations ownership photo_reading prompts queries row_samples row_texts samples schema strings "
    "upgrade exchange.array_files exchange.byte_arrays exchange.image_folders exchange.row_folders "
    "exchange.single_digit exchange.tables",
    "batches": "claims crops found_numbers housekeeping keeping lookup memory moving photo_decisions read_sheets "
    "reader records results review review_actions review_lessons rows tasks twins",
    "backup": "",
    "tuning": "dimensions estimates ray_adapters ray_trial samplers searched_settings settings space "
    "trial_descriptions trial_records trial_table",
}

# Modules elsewhere that write files or find the folders of the data, and why pages cannot do harm with them.
KEEPERS = {
    "access.api_keys": "keys are made by the command line",
    "access.settings": "it reads the file of settings, which pages do not show",
    "access.sign_outs": "whoever has a sign-in may end it",
    "archive.csv_export": "it writes to a path that the command line gives",
    "archive.parts": "it writes to a folder that the command line gives",
    "archive.results": "it writes to a folder that the command line gives",
    "collection.database": "a collection is opened with it",
    "experiments.snapshots": "trainings write them",
    "files": "it is given a path",
    "forms.template": "it writes to a path that the command line gives",
    "lan.certificates": "the server writes it before it starts",
    "models.import_worker": "it writes to a folder that the importing process gives",
    "paths": "it only names folders",
    "workers.limits": "a worker tells the system that it may go first",
}
KEEPING_PACKAGES = ("cli.", "training.")  # Processes of the owner.
KEEPING = re.compile(
    r"\b(write_atomically|replace_atomically|data_dir\(|models_dir\(|runs_dir\(|write_bytes|write_text)"
)


def list_modules():
    """Return the names of all modules of the packages, without "digitnet."."""
    folders = {package: importlib.import_module(f"digitnet.{package}").__path__ for package in PACKAGES}
    found = [
        info.name.removeprefix("digitnet.")
        for package, folder in folders.items()
        for info in pkgutil.walk_packages(folder, f"digitnet.{package}.")
    ]
    return [name for name in found if ".migrations." not in name]


def iterate_public(module):
    """Yield each public function of a module, and each method of its classes that are no records, with its name."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value) or hasattr(value, "cache_info"):
            yield name, value
        elif (
            inspect.isclass(value) and name not in CREATED and not is_dataclass(value) and not issubclass(value, tuple)
        ):
            for method, function in vars(value).items():
                function = getattr(function, "__func__", function)
                if inspect.isfunction(function) and not method.startswith("_") and method not in OPENED.get(name, ()):
                    yield f"{name}.{method}", function


def list_guarded():
    """Return each guarded function by its name."""
    found = {}
    for name in GUARDED:
        module = importlib.import_module(f"digitnet.{name}")
        classes = [value for value in vars(module).values() if inspect.isclass(value)]
        for holder in [module, *classes]:
            for value in vars(holder).values():
                function = getattr(value, "__func__", value)
                if getattr(function, "__module__", "") == module.__name__ and hasattr(function, "permission"):
                    found[f"{name}.{function.__qualname__}"] = function
    return found


def list_names(folder):
    """Return all texts in the code of a folder."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / folder).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


GUARDED_CALLS = list_guarded()


def test_each_module_is_guarded_or_harmless():
    harmless = {f"{package}.{name}" for package, names in HARMLESS.items() for name in names.split()}
    assert sorted(list_modules()) == sorted({*GUARDED, *harmless})


@pytest.mark.parametrize("name", GUARDED)
def test_public_functions_are_guarded(name):
    module = importlib.import_module(f"digitnet.{name}")
    open_ones = [entry for entry, function in iterate_public(module) if not hasattr(function, "permission")]
    assert set(open_ones) - set(GUARDED[name]) == set()
    assert set(GUARDED[name]) - set(open_ones) == set()


def test_guards_are_in_the_table_and_the_table_is_used():
    guards = {function.permission for function in GUARDED_CALLS.values()}
    calls = {name for name in NEEDED if not name.startswith("page:")}
    assert guards <= calls
    assert calls - guards <= {name for name in list_names("digitnet/server") if "." in name}


@pytest.mark.parametrize(("caller", "role"), [(NOBODY, Role.READER), (TEACHER, Role.TEACHER)])
def test_guarded_calls_refuse_whoever_lacks_the_role(caller, role):
    refused = {name: call for name, call in GUARDED_CALLS.items() if NEEDED[call.permission].role > role}
    assert len(refused) > 5
    for call in refused.values():
        with acting_as(caller), pytest.raises(AccessError):
            call()


def test_each_page_is_in_the_table_and_asks_it_first():
    pages = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "pages").glob("*.py")}
    assert {f"page:{name}" for name in pages} == {name for name in NEEDED if name.startswith("page:")}
    for name, tree in pages.items():
        main = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main")
        first = main.body[1].value
        assert ast.unparse(first.func) == "layout.start_page"
        assert first.args[0].value == f"{name}.py"
        assert [node for node in tree.body if isinstance(node, ast.Expr)][1:] == [tree.body[-1]]


def test_pages_call_nothing_that_copies_or_restores_everything():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "pages").rglob("*.py")]
    assert not [text for text in sources if "digitnet.backup" in text or "table_copy" in text]


def test_modules_that_keep_files_are_guarded_or_known():
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "digitnet").rglob("*.py")}
    names = [
        ".".join(path.relative_to(ROOT / "digitnet").with_suffix("").parts)
        for path, text in sources.items()
        if KEEPING.search(text)
    ]
    assert {name for name in names if not name.startswith(KEEPING_PACKAGES)} - {*GUARDED} == set(KEEPERS)


def test_pages_write_no_files():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "pages").rglob("*.py")]
    assert not [
        text
        for text in sources
        if re.search(r"write_atomically|write_bytes|write_text|shutil|os\.(remove|rename)", text)
    ]

"""Documents name only files, headings, commands and options that exist, and figures that the code states."""

import re
import shutil

import pytest

from benchmarks.recipes import format_settings, format_table, load_results
from digitnet.experiments.recipes import RECIPES
from digitnet.models.card import require_card
from digitnet.models.store import SHIPPED_MODELS
from digitnet.paths import ROOT
from tests.helpers import documents
from tests.helpers.documents import DOCUMENTS
from tests.helpers.samples import SAMPLES

CHECKS = [
    documents.find_missing_paths,
    documents.find_unknown_targets,
    documents.find_unknown_variables,
    documents.find_unknown_extras,
    documents.find_wrong_commands,
]


def read_document(name):
    return (ROOT / name).read_text(encoding="utf-8")


def list_table_rows(text, first_cell):
    """Return the cells of each row of a table whose first cell matches a pattern."""
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    return [row for row in rows if re.fullmatch(first_cell, row[0])]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_document_lead_somewhere(path):
    assert documents.find_broken_links(path.read_text(encoding="utf-8"), path.parent) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_document_names_what_exists(path, check):
    assert check(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("check", "text", "wrong"),
    [
        (documents.find_missing_paths, "`digitnet/paths.py` or `tests/no.py`, `pages/<name>.py`", ["tests/no.py"]),
        (documents.find_missing_paths, "\n    python benchmarks/none.py", ["benchmarks/none.py"]),
        (documents.find_unknown_targets, "`make run`, make haste, `make tea`", ["tea"]),
        (documents.find_unknown_variables, "`DIGITNET_DATA` and DIGITNET_TEA", ["DIGITNET_TEA"]),
        (documents.find_unknown_extras, "`pip install '.[app,tea]'`", ["tea"]),
        (documents.find_wrong_commands, "`digitnet read x.jpg --csv`, `python -m digitnet brew`", ["digitnet brew"]),
        (documents.find_wrong_commands, "`digitnet read --tea [--annotate DIR]`", ["digitnet read --tea"]),
        (documents.find_wrong_commands, "\n    digitnet read x.jpg  # --json, --tea", ["digitnet read --tea"]),
        (
            documents.find_wrong_commands,
            "`digitnet digits [import FILE [--writer N] [--tea]]`",
            ["digitnet digits --tea"],
        ),
        (documents.find_wrong_commands, "```\ndigitnet read | brew\n```", ["digitnet brew"]),
        (documents.find_wrong_commands, "`digitnet train --recipe quick`, `--recipe tea`", ["tea"]),
        (documents.find_wrong_commands, "`python benchmarks/quick.py --runs 2 --run 2`", ["benchmarks/quick.py --run"]),
    ],
)
def test_check_finds_what_does_not_exist(check, text, wrong):
    assert check(text) == wrong


def test_check_finds_broken_links(tmp_path):
    (tmp_path / "other.md").write_text("# A `code` word, twice\n\n## Twice\n\n```\n# No heading\n```\n\n## Twice\n")
    good = ["other.md", "other.md#a-code-word-twice", "other.md#twice-1", "#own-heading", "https://example.org"]
    bad = ["none.md", "other.md#no-heading", "other.md#twice-2", "#other", "picture.png", "http://example.org"]
    text = "# Own heading\n\n" + "\n".join(f"![text]({link}) and [text]({link})" for link in [*good, *bad])
    assert documents.find_broken_links(text, tmp_path) == [link for link in bad for _ in range(2)]


@pytest.mark.slow
def test_readme_example_runs(tmp_path, monkeypatch, capsys):
    shutil.copy(SAMPLES / "squared.jpg", tmp_path / "photo.jpg")
    shutil.copy(SAMPLES / "even.jpg", tmp_path / "board.jpg")
    monkeypatch.chdir(tmp_path)
    example = re.search(r"```python\n(.*?)```", read_document("README.md"), re.DOTALL)
    exec(example[1], {})
    assert capsys.readouterr().out.startswith("8128\n")


def test_map_names_modules_and_definitions_of_its_packages():
    packages = list_table_rows(read_document("docs/architecture.md"), r"`(digitnet/)?\w+`")
    assert {row[0].strip("`") for row in packages} >= {f"digitnet/{path.parent.name}" for path in list_packages()}
    assert [name for row in packages for name in find_unknown_names(ROOT / row[0].strip("`"), row[2])] == []


def list_packages():
    return list((ROOT / "digitnet").glob("*/__init__.py"))


def find_unknown_names(package, text):
    """Return the names in backticks that are no module, folder, function or class of a package."""
    source = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    names = re.findall(r"`(\w+)`", text)
    known = {path.stem for path in package.iterdir()} | set(re.findall(r"^(?:def|class) (\w+)", source, re.MULTILINE))
    return [f"{package.name}: {name}" for name in names if name not in known]


def test_tables_of_recipes_hold_the_code_s_figures():
    text = read_document("docs/models.md")
    assert format_settings(load_results()) in text
    rows = {row[0].strip("`"): row for row in list_table_rows(text, r"`[a-z][\w-]*`")}
    assert set(RECIPES) <= set(rows)
    assert all(f"{r.epochs} epochs" in rows[name][2] for name, r in RECIPES.items() if not r.published)
    assert format_table(load_results()) in read_document("docs/benchmarks.md")


@pytest.mark.parametrize("name", SHIPPED_MODELS)
def test_shipped_model_is_described_by_its_card(name):
    card = require_card(name)
    [row] = list_table_rows(read_document("docs/models.md"), f"`models/{name}`.*")
    assert row[1] == f"`{card.recipe}`"
    assert row[3] == f"{card.accuracy:.2%} of the test digits"
    assert row[4] == f"{card.loss:.4f}"
    assert row[5].startswith(f"{card.size / 1000:.0f} kB")

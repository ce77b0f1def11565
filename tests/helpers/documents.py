"""Markdown documents: their links, headings and code, and what in them does not exist."""

import importlib
import io
import re
from contextlib import redirect_stdout
from functools import cache
from unittest.mock import patch

from digitnet.cli.main import run_command
from digitnet.experiments.recipes import RECIPES
from digitnet.paths import ROOT
from hatch_build import read_requirements

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])

_FENCE = "```"
_SPAN = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"(?<![\w/.-])(?:digitnet|pages|tests|docs|benchmarks)/[\w.*/-]+(?![\w.*/<-])")
_COMMAND = re.compile(r"(?:^|python -m )digitnet ([a-z][a-z-]*(?: \| [a-z]+)*)(.*)")
_BENCHMARK = re.compile(r"python benchmarks/(\w+)\.py(.*)")
_OPTION = re.compile(r"(?<!\S|\w)\[?(--[a-z][a-z-]*)")
_RECIPE = re.compile(r"--recipe ([a-z][\w-]*)")


def split_code(text: str) -> tuple[str, list[str]]:
    """Split a document into its prose without code, and its code: spans, and lines of blocks.

    An indented line of a block continues the line before it.
    """
    prose, code = [], []
    fenced = indented = False
    blank = True
    for line in text.splitlines():
        if line.strip().startswith(_FENCE):
            fenced = not fenced
            continue
        indented = line.startswith("    ") and (blank or indented) and not fenced
        blank = not line.strip()
        if not (fenced or indented):
            code += [span[1] for span in _SPAN.findall(line)]
            prose.append(_SPAN.sub("", line))
            continue
        line = line.removeprefix("    ")
        if line.startswith(" ") and code:
            code[-1] += line
        else:
            code.append(line)
    return "\n".join(prose), code


def list_anchors(text: str) -> list[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    anchors = []
    fenced = False
    for line in text.splitlines():
        fenced ^= line.strip().startswith(_FENCE)
        if fenced or not re.match(r"#{1,6} ", line):
            continue
        heading = _LINK.sub(lambda link: link[0][1:].split("]")[0], line.lstrip("#").strip())
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", other) is not None for other in anchors)
        anchors.append(f"{anchor}-{count}" if count else anchor)
    return anchors


def find_broken_links(text, folder):
    """Return the relative links of a document in `folder` whose file or anchor does not exist."""
    return [link for link in _LINK.findall(split_code(text)[0]) if not _link_exists(link, text, folder)]


def _link_exists(link, text, folder):
    if re.match(r"[a-z]+:", link):
        return link.startswith("https://")
    path, _, anchor = link.partition("#")
    target = folder / path
    if not target.exists():
        return False
    return not anchor or anchor in list_anchors(target.read_text(encoding="utf-8") if path else text)


def find_missing_paths(text):
    """Return the paths in a document's code that look like paths of the repository and match no file of it."""
    paths = [path.rstrip("./") for code in split_code(text)[1] for path in _PATH.findall(code)]
    return [path for path in paths if not any(ROOT.glob(path))]


def find_unknown_targets(text):
    """Return the targets of `make` in a document's code that the Makefile lacks."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = [target for code in split_code(text)[1] for target in re.findall(r"^make ([a-z][a-z-]*)", code)]
    return [target for target in named if target not in targets]


def find_unknown_variables(text):
    """Return the environment variables of digitnet in a document that neither a source nor compose.yaml names."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "digitnet").rglob("*.py"))
    composed = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    named = re.findall(r"DIGITNET_[A-Z_]+", text)
    return [name for name in named if f'"{name}"' not in sources and f"${{{name}:" not in composed]


def find_unknown_extras(text):
    """Return the extras in `pip install` lines of a document that the package lacks."""
    extras = read_requirements(ROOT)
    named = [names for code in split_code(text)[1] for names in re.findall(r"pip install \S*\[([a-z,]+)\]", code)]
    return [extra for names in named for extra in names.split(",") if extra not in extras]


def find_wrong_commands(text):
    """Return the commands, options and recipes in a document's code that digitnet or a benchmark does not take."""
    wrong = []
    for code in split_code(text)[1]:
        if match := _COMMAND.search(code):
            for command in match[1].split(" | "):
                wrong += _find_wrong_parts(f"digitnet {command}", _help_on_command(command, match[2]), match[2])
        if match := _BENCHMARK.search(code):
            wrong += _find_wrong_parts(f"benchmarks/{match[1]}.py", _help_on_benchmark(match[1]), match[2])
        wrong += [recipe for recipe in _RECIPE.findall(code) if recipe not in RECIPES]
    return wrong


def _find_wrong_parts(command, help, rest):
    """Return the command if it has no help, else its options that the help does not list."""
    if not help:
        return [command]
    return [f"{command} {option}" for option in _OPTION.findall(rest) if not re.search(rf"{option}(?![\w-])", help)]


def _help_on_command(command, rest):
    """Return the help on a command, and on its actions that `rest` names; "" if there is no such command."""
    help = _help_on(command)
    actions = re.findall(r"(?<!\S|\w)\[?([a-z]+)\b", rest) if "ACTION" in help else []
    return help + "".join(_help_on(command, action) for action in actions)


@cache
def _help_on(*command):
    return _capture_help(lambda: run_command([*command, "--help"]))


@cache
def _help_on_benchmark(name):
    if not (ROOT / "benchmarks" / f"{name}.py").is_file():
        return ""
    main = importlib.import_module(f"benchmarks.{name}").main
    with patch("sys.argv", [name, "--help"]):
        return _capture_help(main)


def _capture_help(call):
    """Return what a call prints before it exits with 0, or ""."""
    output = io.StringIO()
    try:
        with redirect_stdout(output):
            call()
    except SystemExit as end:
        return "" if end.code else output.getvalue()
    return ""

"""Give the package the dependencies and extras that its files of requirements list."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

FILES = ("requirements.txt", "requirements-cluster.txt")  # Of the second `make run` installs nothing.
_SECTION = re.compile(r"# \[([a-z, ]*)\]")


class RequirementsHook(MetadataHookInterface):
    """Read `dependencies` and `optional-dependencies` from the files of requirements."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the requirements of each section to the metadata."""
        requirements = read_requirements(Path(self.root))
        metadata["dependencies"] = requirements.pop("")
        metadata["optional-dependencies"] = requirements


def read_requirements(root: Path) -> dict[str, list[str]]:
    """Return the requirements of a clone by extra, those of every installation under ""."""
    return parse_requirements([line for file in FILES for line in (root / file).read_text("utf-8").splitlines()])


def parse_requirements(lines: list[str]) -> dict[str, list[str]]:
    """Return the requirements by extra, those of every installation under "".

    A comment such as `# [app, train] Why` begins a section; its requirements belong to each extra that it names.
    """
    requirements: dict[str, list[str]] = {}
    extras: list[str] = []
    for line in lines:
        if section := _SECTION.match(line):
            extras = section[1].split(", ")
        elif line and not line.startswith("#"):
            for extra in extras:
                requirements.setdefault(extra, []).append(line)
    return requirements

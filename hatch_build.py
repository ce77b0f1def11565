"""Give the package the dependencies and extras that requirements.txt lists."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_SECTION = re.compile(r"# \[([a-z, ]*)\]")


class RequirementsHook(MetadataHookInterface):
    """Read `dependencies` and `optional-dependencies` from requirements.txt."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the requirements of each section to the metadata."""
        lines = Path(self.root, "requirements.txt").read_text(encoding="utf-8").splitlines()
        requirements = parse_requirements(lines)
        metadata["dependencies"] = requirements.pop("")
        metadata["optional-dependencies"] = requirements


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

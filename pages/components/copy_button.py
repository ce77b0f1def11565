"""A button that copies a table to the clipboard, to paste it into a spreadsheet or a document."""

from __future__ import annotations

from collections.abc import Sequence

from pages.components import loader

_component = loader.load_component("copy_button", look="plain_button")


def show(label: str, rows: Sequence[Sequence[str]], key: str) -> None:
    """Show the button, which copies rows of cells.

    Tabs and line ends in a cell become spaces: they would part cells.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    _component(key=key, data={"label": label, "rows": cells})

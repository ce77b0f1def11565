"""A button that adds pictures of the clipboard; Ctrl+V does so anywhere on the page.

They go through the uploader of the page as if they were chosen there: the same kinds of files, sizes and quotas hold,
and none is a message of the page, which must be small.
"""

from __future__ import annotations

from pages.components import loader

_component = loader.load_component("paste_button", look="plain_button")


def show(uploader: str) -> None:
    """Show the button, which fills the uploader in the container with the key `uploader`."""
    _component(key=f"paste-{uploader}", data={"label": "Paste a picture", "uploader": uploader}, width="content")

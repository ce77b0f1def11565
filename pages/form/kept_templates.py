"""Choose among the templates that are kept, and keep further ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from digitnet.batches.store import BatchStore
from digitnet.batches.templates import StoredTemplate
from digitnet.errors import DigitnetError
from digitnet.forms.template import Template, to_json
from pages.shared import user_batches
from pages.shared.formatting import escape_markdown
from pages.shared.owners import describe_owner
from pages.sheets import chosen_form


@dataclass
class TemplateEdits:
    """The last change of templates in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        deleted: the template that was deleted last, until it is restored.
        problem: why a change failed, "" if it did not.
    """

    deleted: tuple[StoredTemplate, Template] | None = None
    problem: str = ""

    def delete(self, kept: StoredTemplate) -> None:
        """Delete a template."""
        self.deleted, self.problem = None, ""
        try:
            store = user_batches.open_batches().templates
            template = store.load(kept.id)
            store.delete(kept.id)
            self.deleted = kept, template
        except DigitnetError as error:
            self.problem = str(error)

    def restore(self) -> None:
        """Keep the template that was deleted last again."""
        if deleted := self.deleted:
            self._try(lambda: user_batches.open_batches().templates.restore(*deleted))
            if not self.problem:
                self.deleted = None

    def save(self, template: Template, name: str) -> None:
        """Keep a template under a name."""
        self._try(lambda: user_batches.open_batches().templates.save(template, name))

    def rename(self, kept: StoredTemplate, name: str) -> None:
        """Give a template another name."""
        self._try(lambda: user_batches.open_batches().templates.rename(kept.id, name))

    def _try(self, action: Callable[[], object]) -> None:
        self.problem = ""
        try:
            action()
        except DigitnetError as error:
            self.problem = str(error)


def show_kept(store: BatchStore) -> None:
    """Show the templates that are kept, to use, rename and delete; nothing if there are none."""
    edits = _get_edits()
    _show_outcome(edits)
    if not (kept := store.templates.find()):
        return
    st.markdown("**Your templates**")
    for each in kept:
        with st.container(horizontal=True, vertical_alignment="center", key=f"template-{each.id}"):
            if st.button(escape_markdown(each.name), icon=":material/description:", key=f"use-template-{each.id}"):
                chosen_form.choose(to_json(store.templates.load(each.id)))
                st.rerun()
            if owner := describe_owner(each.account):
                st.caption(escape_markdown(owner), width="content")
            name = _ask_name("Rename", "edit", each.name, f"template-{each.id}")
            if name:
                edits.rename(each, name)
                st.rerun()
            label, icon = "Delete", ":material/delete:"
            key = f"delete-template-{each.id}"
            st.button(label, icon=icon, on_click=edits.delete, args=(each,), type="tertiary", key=key)


def show_saving(template: Template) -> None:
    """Show a button that keeps a template under a name."""
    edits = _get_edits()
    if name := _ask_name("Keep the template", "bookmark_add", template.name, "new-template"):
        edits.save(template, name)
        if not edits.problem:
            st.toast(f"Kept as {escape_markdown(name)}.", icon=":material/check:")
    if edits.problem:
        st.error(escape_markdown(edits.problem), icon=":material/error:")


def _ask_name(label: str, icon: str, name: str, key: str) -> str:
    """Show a button that asks for a name; return it once it is given, else ""."""
    with (
        st.popover(label, icon=f":material/{icon}:", type="tertiary", key=f"{key}-name"),
        st.form(f"{key}-form", border=False, enter_to_submit=True),
    ):
        typed = st.text_input("Name", name, max_chars=60)
        return typed if st.form_submit_button("Save the name", icon=":material/check:") else ""


def _show_outcome(edits: TemplateEdits) -> None:
    """Say why the last change failed, or offer to restore the template that was deleted last."""
    with st.container():  # One element with and without an outcome, so that the elements below keep their place.
        if edits.problem:
            st.error(escape_markdown(edits.problem), icon=":material/error:")
        if edits.deleted:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{escape_markdown(edits.deleted[0].name)}** is deleted.", width="content")
                icon = ":material/undo:"
                st.button("Undo", icon=icon, on_click=edits.restore, type="tertiary", key="restore-template")


def _get_edits() -> TemplateEdits:
    edits: TemplateEdits = st.session_state.setdefault("template_edits", TemplateEdits())
    return edits

"""Show one model: its report, downloads, and forms that rename, annotate or delete it."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from digitnet import ConfigError, DigitnetError
from digitnet.access.permissions import may, require
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.keras_script import write_script
from digitnet.experiments.run import read_rows
from digitnet.models import editing, store, zip_package
from digitnet.models.active import get_active_model
from digitnet.models.card import Card
from pages.model.evaluation_view import show_evaluation
from pages.shared import curve_findings, feedback, formatting, model_choice, model_report, remembered


def show_model(cards: list[Card]) -> None:
    """Show the choice of a model, and the chosen one with its report and actions."""
    names = [card.name for card in cards]
    if remembered.get("detail") not in names:
        remembered.put("detail", get_active_model())
    name = remembered.show(st.selectbox, "Model", names, name="detail", default=names[0])
    card = cards[names.index(name)]
    st.header(formatting.escape_markdown(name), anchor=False)
    if card.problem:
        st.error(formatting.escape_markdown(card.problem), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        in_use = name == get_active_model()
        label = "In use" if in_use else "Use this model"
        icon = ":material/check:" if in_use else ":material/play_arrow:"
        st.button(
            label,
            icon=icon,
            type="primary",
            disabled=in_use or bool(card.problem) or not may("models.use"),
            on_click=use_selected_model,
            key="use",
        )
        if may("models.export"):
            show_downloads(name)
    feedback.show_problem("one")
    model_report.show_card(card)
    curve_findings.show_findings(read_rows(store.locate(name) / store.HISTORY_FILE))
    if may("models.change"):
        show_changes(card)
    if not card.problem:
        show_evaluation(card)


def use_selected_model() -> None:
    """Put the currently selected model to use; the browser may still show another."""
    model_choice.use_model(remembered.get("detail"), "one")


@st.cache_data(max_entries=4, show_spinner=False)
def zip_version(name: str, version: tuple[int, str]) -> bytes:
    """Return the model as a zip file, made once for each version of its card."""
    return zip_package.zip_model(name)


@st.cache_data(max_entries=4, show_spinner=False)
def export_version(name: str, version: tuple[int, str]) -> dict[str, bytes]:
    """Return the files of the model for others, made once for each version of its card."""
    return zip_package.export_files(name)


def show_downloads(name: str) -> None:
    """Show downloads of the model: all as a zip file, or single files."""
    try:
        require("models.export")  # What is kept in the cache was made for somebody else.
        folder = store.model_dir(name)
        version = ((folder / store.CARD_FILE).stat().st_mtime_ns, str(folder))
        feedback.show_download(
            "All as zip", zip_version(name, version), f"digitnet-{name}.zip", "application/zip", "folder_zip"
        )
        with st.popover("Single files", icon=":material/download:"):
            files = export_version(name, version)
            for file, (label, suffix, mime) in FILES.items():
                if file in files:
                    feedback.show_download(label, files[file], f"digitnet-{name}{suffix}", mime, "download")
            show_script(name)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
    except OSError:
        st.error("The files of this model cannot be read.", icon=":material/error:")


def show_script(name: str) -> None:
    """Offer the model's training as a Keras script, if its settings are known and can be written as one."""
    config = TrainingConfig.load_from_card(name)
    if config is None:
        return
    with suppress(ConfigError):
        feedback.show_download("Keras script", write_script(config), f"{name}.py", "text/x-python", "download")


def show_changes(card: Card) -> None:
    """Show the forms that rename, annotate and delete a model, or why it cannot be changed."""
    name = card.name
    with st.expander("Name, note, delete", icon=":material/edit:"):
        feedback.show_problem("changes")
        if name in store.SHIPPED_MODELS:
            st.markdown("This model ships with digitnet: it keeps its name and cannot be deleted.")
            return
        with st.form(f"rename-{name}", border=False):
            st.text_input("Name", name, key=f"new-{name}", max_chars=64)
            st.form_submit_button("Rename", icon=":material/edit:", on_click=rename_model, args=(name,))
        with st.form(f"note-{name}", border=False):
            st.text_area("Note", card.note, key=f"text-{name}", max_chars=editing.MAX_NOTE_CHARACTERS, height=80)
            st.form_submit_button("Save note", icon=":material/save:", on_click=save_note, args=(name,))
        if name == get_active_model():
            st.caption("This model is in use and cannot be deleted; use another one first.")
        elif st.button("Delete…", icon=":material/delete:", key="delete"):
            confirm_deletion(name)


def rename_model(name: str) -> None:
    """Rename a model as typed."""
    new = st.session_state[f"new-{name}"].strip()
    if new != name and feedback.run_action(
        f"{formatting.escape_markdown(name)} is now called {formatting.escape_markdown(new)}.",
        editing.rename,
        name,
        new,
        place="changes",
    ):
        remembered.put("detail", new)
        model_choice.follow_rename(name, new)


def save_note(name: str) -> None:
    """Save the note as typed."""
    feedback.run_action("The note is saved.", editing.set_note, name, st.session_state[f"text-{name}"], place="changes")


@st.dialog("Delete this model?", icon=":material/delete:")
def confirm_deletion(name: str) -> None:
    """Ask for confirmation before a model is deleted."""
    st.markdown(
        f"**{formatting.escape_markdown(name)}** will be deleted for good. Download it first if you may want it again."
    )
    with st.container(horizontal=True):
        if st.button("Keep", key="keep", icon=":material/close:"):
            st.rerun()
        icon = ":material/delete_forever:"
        if st.button(
            "Delete for good", key="delete_forever", type="primary", icon=icon, on_click=delete_model, args=(name,)
        ):
            st.rerun()


def delete_model(name: str) -> None:
    """Delete a model after the confirmation."""
    feedback.run_action(f"{formatting.escape_markdown(name)} is deleted.", editing.delete, name, place="changes")


FILES = {
    store.KERAS_FILE: ("Keras network", ".keras", "application/octet-stream"),
    store.TFLITE_FILE: ("LiteRT network", ".tflite", "application/octet-stream"),
    store.CARD_FILE: ("Card (JSON)", ".json", "application/json"),
    store.HISTORY_FILE: ("Training history (CSV)", ".csv", "text/csv"),
}

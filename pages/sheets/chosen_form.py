"""Know the template, and the batch into which this tab reads sheets of its form."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from digitnet.forms.template import Template, from_json

_STATE = "chosen_form"


@dataclass
class ChosenForm:
    """The form of this tab.

    Attributes:
        template: its template as JSON.
        batch: id of the batch into which its sheets are read, "" if the next sheet begins one.
        settings: model, its version and risk with which that batch was begun or gone on with in this tab.
    """

    template: str
    batch: str = ""
    settings: tuple[str, str, float] | None = None

    @property
    def form(self) -> Template:
        """The template."""
        return from_json(self.template)

    def begin_batch(self) -> None:
        """Have the next sheet begin a batch."""
        self.batch, self.settings = "", None


def get() -> ChosenForm | None:
    """Return the form of this tab, None if none is chosen."""
    chosen: ChosenForm | None = st.session_state.get(_STATE)
    return chosen


def choose(template: str, batch: str = "") -> None:
    """Read sheets with a template, as JSON, from now on in this tab, and into a batch if one is given."""
    st.session_state[_STATE] = ChosenForm(template, batch)


def forget() -> None:
    """Have another template chosen."""
    st.session_state[_STATE] = None

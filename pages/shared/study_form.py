"""Choose settings, values and seeds to compare."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from digitnet.experiments.sweep_settings import SETTINGS
from digitnet.experiments.sweeps import MAX_SEEDS
from pages.shared import remembered

FIRST, SECOND = "setting", "second_setting"  # Names of choices, behind the name of their form.
NONE = "none"


class Tried(NamedTuple):
    """The values to try, with commas between them, by setting, and the number of seeds."""

    tries: dict[str, str]
    seeds: int


def choose_values(form: str) -> Tried:
    """Show the choice of one setting or two, their values, and the number of seeds.

    Args:
        form: start of the names of the choices, which tells the forms of several pages apart.
    """
    tries = {}
    for place, (label, caption) in {
        FIRST: ("Setting", "The setting to vary."),
        SECOND: ("With another", "For a grid of both."),
    }.items():
        with st.container(horizontal=True):
            with st.container(width=240):
                options = [setting for setting in SETTINGS if setting not in tries]
                default = options[0] if place == FIRST else NONE
                setting = _choose_setting(form, place, label, options if place == FIRST else [NONE, *options], default)
                st.caption(caption)
            if setting != NONE:
                with st.container(width=320):
                    tries[setting] = _choose_values_of(form, setting)
    with st.container(width=240):
        hint = "Each value is trained so often, from other random numbers; the table shows mean and spread."
        seeds = remembered.show(
            st.number_input, "Seeds", 1, MAX_SEEDS, name=f"{form}-seeds", default=1, step=1, help=hint
        )
    return Tried(tries, int(seeds))


def _choose_setting(form: str, place: str, label: str, options: list[str], default: str) -> str:
    def name(setting: str) -> str:
        return SETTINGS[setting].label if setting in SETTINGS else "none"

    return str(remembered.show(st.selectbox, label, options, name=f"{form}-{place}", default=default, format_func=name))


def _choose_values_of(form: str, setting: str) -> str:
    values = remembered.show(st.text_input, "Values", name=f"{form}-values-{setting}", default=SETTINGS[setting].values)
    st.caption(f"Separated by commas. {SETTINGS[setting].hint}".strip())
    return str(values)

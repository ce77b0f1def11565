"""Edit the space of a search: ranges and lists by their fields, or all of it as TOML."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from digitnet.experiments.config import LOSSES, OPTIMIZERS, SCHEDULES
from digitnet.models.layers import ACTIVATIONS
from digitnet.tuning.dimensions import Choice, Dimension, Range, Space, Value
from digitnet.tuning.searched_settings import SEARCHED, get_label
from digitnet.tuning.settings import GRID
from digitnet.tuning.space import MAX_POINTS, format_space, parse_space
from pages.shared import remembered

_FIRST_SETTINGS = ["learning_rate", "batch_size"]
_RANGE, _LIST = "Range", "List"
_OPTIONS = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "loss": LOSSES, "activation": ACTIVATIONS}
_FEW = 4  # Values that are offered of a range.


def edit_space(method: str) -> str:
    """Show the fields of a space, and return it as TOML; what is wrong in it is not checked here."""
    as_toml = remembered.show(st.toggle, "Write the space as TOML", name="search-as-toml", default=False)
    if as_toml:
        first = remembered.get("search-edited", "")
        text = remembered.show(st.text_area, "Space", name="search-toml", default=first, height=170)
        st.caption(f"A setting a line, as for digitnet tune. Settings: {', '.join(SEARCHED)}.")
        return str(text)
    text = _edit_settings(method)
    remembered.put("search-edited", text)
    with st.expander("The same as TOML, for digitnet tune", icon=":material/code:"):
        st.code(text or "# Choose a setting.", language="toml")
    return text


def _edit_settings(method: str) -> str:
    names = remembered.show(
        st.multiselect,
        "Settings to search",
        list(SEARCHED),
        name="search-settings",
        default=_FIRST_SETTINGS,
        format_func=get_label,
    )
    return "".join(f"{name} = {_edit_setting(name, method)}\n" for name in names)


def _edit_setting(name: str, method: str) -> str:
    """Show the fields of a setting; return its values as TOML."""
    start = parse_space(f"{name} = {SEARCHED[name].example}")[name]
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"space-{name}"):
        with st.container(width=150):
            st.markdown(f"**{get_label(name)}**")
        if name in _OPTIONS:
            return _choose_options(name, start)
        if bool in SEARCHED[name].types:
            st.caption("Tried with it and without.")
            return "[true, false]"
        is_range = name != "layers" and _choose_kind(name, start) == _RANGE
        return _edit_range(name, start, method) if is_range else _edit_list(name, start)


def _choose_kind(name: str, start: Dimension) -> str:
    default = _RANGE if isinstance(start, Range) else _LIST
    return str(
        remembered.show(
            st.segmented_control,
            f"Values of {get_label(name).lower()}",
            [_RANGE, _LIST],
            name=f"search-kind-{name}",
            default=default,
            required=True,
            label_visibility="collapsed",
        )
    )


def _choose_options(name: str, start: Dimension) -> str:
    with st.container(width=420):
        chosen = remembered.show(
            st.multiselect,
            f"{get_label(name)}: values",
            list(_OPTIONS[name]),
            name=f"search-options-{name}",
            default=_list_values(start),
            label_visibility="collapsed",
        )
    return _format_values({name: Choice(tuple(chosen))})


def _edit_list(name: str, start: Dimension) -> str:
    with st.container(width=320):
        default = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in _list_values(start))
        text = remembered.show(
            st.text_input, f"{get_label(name)}: values with commas", name=f"search-list-{name}", default=default
        )
    return f"[{text}]"


def _edit_range(name: str, start: Dimension, method: str) -> str:
    is_whole = SEARCHED[name].types == (int,)
    low, high = (start.low, start.high) if isinstance(start, Range) else _get_ends(start)
    log = isinstance(start, Range) and start.log
    ends = [_edit_end(name, "from", low, is_whole=is_whole), _edit_end(name, "to", high, is_whole=is_whole)]
    with st.container(width=130):
        hint = "Each doubling is as likely as any other, and not each difference"
        log = remembered.show(st.checkbox, "Logarithmic", name=f"search-log-{name}", default=log, help=hint)
    parts = [f"from = {ends[0]}", f"to = {ends[1]}", *(["log = true"] if log else [])]
    if method == GRID:
        with st.container(width=110):
            points = remembered.show(
                st.number_input, "Points", 2, MAX_POINTS, name=f"search-points-{name}", default=_FEW, step=1
            )
        parts.append(f"points = {int(points)}")
    return f"{{ {', '.join(parts)} }}"


def _edit_end(name: str, end: str, value: Value, *, is_whole: bool) -> str:
    """Show the field of an end of a range; return its value as TOML."""
    label = f"{get_label(name)} {end}"
    with st.container(width=150):
        if is_whole:
            number = remembered.show(st.number_input, label, name=f"search-{end}-{name}", default=int(value), step=1)
            return str(int(number))
        number = remembered.show(
            st.number_input, label, name=f"search-{end}-{name}", default=float(value), step=0.0001, format="%g"
        )
        return repr(float(number))


def _get_ends(start: Dimension) -> tuple[Value, Value]:
    numbers = [value for value in _list_values(start) if isinstance(value, int | float)]
    return min(numbers), max(numbers)


def _list_values(dimension: Dimension) -> list[Value]:
    """Return the values of a list, or a few of a range."""
    return list(dimension.values) if isinstance(dimension, Choice) else replace(dimension, points=_FEW).list_grid()


def _format_values(space: Space) -> str:
    return format_space(space).partition(" = ")[2].strip()

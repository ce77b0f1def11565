"""Edit the network to train: add, change, move and remove its layers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from digitnet import DigitnetError
from digitnet.models import architecture
from digitnet.models.layers import ACTIVATIONS, Convolution, Dense, Dropout, Layer, Mean, Pooling
from pages.shared import formatting
from pages.training.controls import show_error

NEW_LAYERS: dict[str, Layer] = {
    "Dense": Dense(128),
    "Dropout": Dropout(0.2),
    "Convolution": Convolution(32),
    "Pooling": Pooling(2),
    "Mean": Mean(),
}
NETWORK_CAPTION = (
    "From the 28 × 28 picture at the top to the ten digits. The last layer is always there: its softmax turns scores "
    "into probabilities that sum to 1. Dropout sets random values to zero during training, so that the network does "
    "not depend on any single one."
)
CONTROL_WIDTH = 92  # In pixels, with the buttons of a number.


def edit_network() -> str:
    """Show the layers with their settings; return an error sentence, or "" if they fit."""
    state = st.session_state
    with st.expander(
        f"Network: {formatting.format_count(len(state.network), 'layer')} to change", icon=":material/layers:"
    ):
        return edit_layers()


def edit_layers() -> str:
    """Show a row for each layer and a button for each kind; return an error sentence, or ""."""
    state = st.session_state
    st.caption(NETWORK_CAPTION)
    with st.container(key="layers"):
        for place, (number, layer) in enumerate(list(state.network)):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"row-{number}"):
                try:
                    state.network[place] = (number, edit_layer(layer, number))
                except DigitnetError as error:
                    return show_error(str(error))
                show_layer_button("arrow_upward", "Move up", number, place == 0)
                show_layer_button("close", "Remove", number, False)
        with st.container(horizontal=True, gap="small"):
            for name, layer in NEW_LAYERS.items():
                st.button(name, icon=":material/add:", key=f"add-{name}", on_click=insert_layer, args=(layer,))
    try:
        architecture.summarize(get_layers())
    except DigitnetError as error:
        return show_error(str(error))
    return ""


def edit_layer(layer: Layer, number: int) -> Layer:
    """Show the settings of a layer and return the layer with their values."""
    name = next(name for name, new in NEW_LAYERS.items() if type(new) is type(layer))
    st.markdown(f"**{name}**", width=CONTROL_WIDTH)
    match layer:
        case Dense():
            units = choose_integer("Units", f"{number}-units", layer.units, 4096)
            return Dense(units, choose_activation(layer.activation, number))
        case Dropout():
            key = f"layer-{number}-rate"
            return Dropout(st.number_input("Rate", 0.0, 0.9, layer.rate, 0.05, key=key, width=CONTROL_WIDTH))
        case Convolution():
            changed = replace(
                layer,
                filters=choose_integer("Filters", f"{number}-filters", layer.filters, 512),
                kernel=choose_integer("Kernel", f"{number}-kernel", layer.kernel, 11),
                stride=choose_integer("Stride", f"{number}-stride", layer.stride, 4),
            )
            activation = choose_activation(layer.activation, number)
            return replace(changed, activation=activation, **choose_options(layer, number))
        case Pooling():
            return Pooling(choose_integer("Size", f"{number}-size", layer.size, 7, minimum=2))
    return layer


def choose_integer(label: str, key: str, value: int, maximum: int, minimum: int = 1) -> int:
    """Show an input for a whole number and return its value."""
    return int(st.number_input(label, minimum, maximum, value, key=f"layer-{key}", width=CONTROL_WIDTH))


def choose_activation(value: str, number: int) -> str:
    """Show the choice of a layer's activation and return it."""
    key = f"layer-{number}-activation"
    return str(st.selectbox("Activation", ACTIVATIONS, ACTIVATIONS.index(value), key=key, width=CONTROL_WIDTH))


def choose_options(layer: Convolution, number: int) -> dict[str, bool]:
    """Show the on-off settings of a convolution; return them by field."""
    fields = {"Padded": "same", "Normalized": "normalize"}
    default = [name for name, field in fields.items() if getattr(layer, field)]
    key = f"layer-{number}-options"
    chosen = st.pills("Options", list(fields), default=default, selection_mode="multi", key=key)
    return {field: name in chosen for name, field in fields.items()}


def show_layer_button(icon: str, label: str, number: int, disabled: bool) -> None:
    """Show a small button that moves or removes the layer with this number."""
    action = move_layer_up if icon == "arrow_upward" else remove_layer
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"{icon}-{number}",
        on_click=action,
        args=(number,),
        disabled=disabled,
        type="tertiary",
    )


def get_layers() -> list[Layer]:
    """Return the layers as they are set."""
    return [layer for _, layer in st.session_state.network]


def set_layers(layers: Iterable[Layer]) -> None:
    """Replace all layers."""
    st.session_state.network = []
    for layer in layers:
        add_layer(layer)


def add_layer(layer: Layer, place: int | None = None) -> None:
    """Add a layer at a place, at the end by default, with a number that is never used again."""
    state = st.session_state
    state.layer_count = state.get("layer_count", 0) + 1
    state.network.insert(len(state.network) if place is None else place, (state.layer_count, layer))


def insert_layer(layer: Layer) -> None:
    """Add a layer at the end; one that needs a picture, before the first layer without one."""
    if isinstance(layer, Dense | Dropout):
        return add_layer(layer)
    flat = [place for place, other in enumerate(get_layers()) if isinstance(other, Dense | Mean)]
    return add_layer(layer, flat[0] if flat else None)


def remove_layer(number: int) -> None:
    """Remove the layer with this number."""
    st.session_state.network = [entry for entry in st.session_state.network if entry[0] != number]


def move_layer_up(number: int) -> None:
    """Swap the layer with this number with the one above it."""
    entries = st.session_state.network
    place = next(place for place, entry in enumerate(entries) if entry[0] == number)
    entries[place - 1 : place + 1] = entries[place - 1 : place + 1][::-1]

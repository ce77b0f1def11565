"""The editor of the network to train: its layers, added, changed, moved and removed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from digitnet import DigitnetError
from digitnet.models import architecture
from digitnet.models.layers import ACTIVATIONS, Convolution, Dense, Dropout, Layer, Mean, Pooling
from pages.shared import formatting
from pages.training.controls import complain

NEW_LAYERS: dict[str, Layer] = {
    "Dense": Dense(128),
    "Dropout": Dropout(0.2),
    "Convolution": Convolution(32),
    "Pooling": Pooling(2),
    "Mean": Mean(),
}
WORDS = (
    "From the 28 × 28 picture at the top to the ten digits. The last layer is always there: its softmax turns scores "
    "into probabilities that sum to 1. Dropout sets a random part of the values to zero while training, so that the "
    "network relies on no single one."
)
SIZE = 92  # pixels of a small number with its buttons


def edit_network() -> str:
    """Show the layers, each with its sizes; return a sentence if they do not fit on each other."""
    state = st.session_state
    with st.expander(
        f"Network: {formatting.format_count(len(state.network), 'layer')} to change", icon=":material/layers:"
    ):
        return edit_layers()


def edit_layers() -> str:
    """Show a row for each layer, and buttons that add more; return a sentence if they do not fit."""
    state = st.session_state
    st.caption(WORDS)
    with st.container(key="layers"):
        for place, (number, layer) in enumerate(list(state.network)):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"row-{number}"):
                try:
                    state.network[place] = (number, edit(layer, number))
                except DigitnetError as error:
                    return complain(str(error))
                tool("arrow_upward", "Move up", number, place == 0)
                tool("close", "Remove", number, False)
        with st.container(horizontal=True, gap="small"):
            for name, layer in NEW_LAYERS.items():
                st.button(name, icon=":material/add:", key=f"add-{name}", on_click=insert_layer, args=(layer,))
    try:
        architecture.summarize(network())
    except DigitnetError as error:
        return complain(str(error))
    return ""


def edit(layer: Layer, number: int) -> Layer:
    """Show the sizes of a layer and return it as they are now."""
    st.markdown(f"**{next(name for name, kind in NEW_LAYERS.items() if type(kind) is type(layer))}**", width=92)
    match layer:
        case Dense():
            return Dense(whole("Units", f"{number}-units", layer.units, 4096), activation(layer.activation, number))
        case Dropout():
            rate = st.number_input("Rate", 0.0, 0.9, layer.rate, 0.05, key=f"layer-{number}-rate", width=SIZE)
            return Dropout(rate)
        case Convolution():
            changed = replace(
                layer,
                filters=whole("Filters", f"{number}-filters", layer.filters, 512),
                kernel=whole("Kernel", f"{number}-kernel", layer.kernel, 11),
                stride=whole("Stride", f"{number}-stride", layer.stride, 4),
            )
            return replace(changed, activation=activation(layer.activation, number), **switches(layer, number))
        case Pooling():
            return Pooling(whole("Size", f"{number}-size", layer.size, 7, least=2))
    return layer


def whole(label: str, key: str, value: int, most: int, least: int = 1) -> int:
    """Show a small whole number."""
    return int(st.number_input(label, least, most, value, key=f"layer-{key}", width=SIZE))


def activation(value: str, number: int) -> str:
    """Show the choice of an activation."""
    key = f"layer-{number}-activation"
    return str(st.selectbox("Activation", ACTIVATIONS, ACTIVATIONS.index(value), key=key, width=SIZE))


def switches(layer: Convolution, number: int) -> dict[str, bool]:
    """Show what a convolution may do besides."""
    names = {"Padded": "same", "Normalised": "normalize"}
    on = [name for name, field in names.items() if getattr(layer, field)]
    chosen = st.pills("Options", list(names), default=on, selection_mode="multi", key=f"layer-{number}-options")
    return {field: name in chosen for name, field in names.items()}


def tool(icon: str, label: str, number: int, disabled: bool) -> None:
    """Show a small button that changes the list of layers."""
    action = move_up if icon == "arrow_upward" else remove
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"{icon}-{number}",
        on_click=action,
        args=(number,),
        disabled=disabled,
        type="tertiary",
    )


def network() -> list[Layer]:
    """Return the layers as they are set."""
    return [layer for _, layer in st.session_state.network]


def add_layer(layer: Layer, place: int | None = None) -> None:
    """Put a layer into the list, at its end if no place is given; its number never comes twice."""
    state = st.session_state
    state.layer_count = state.get("layer_count", 0) + 1
    state.network.insert(len(state.network) if place is None else place, (state.layer_count, layer))


def insert_layer(layer: Layer) -> None:
    """Add a layer where it can work: what needs a picture before the first layer that leaves none."""
    if isinstance(layer, Dense | Dropout):
        return add_layer(layer)
    flat = [place for place, other in enumerate(network()) if isinstance(other, Dense | Mean)]
    return add_layer(layer, flat[0] if flat else None)


def remove(number: int) -> None:
    """Take a layer out of the list."""
    st.session_state.network = [entry for entry in st.session_state.network if entry[0] != number]


def move_up(number: int) -> None:
    """Swap a layer with the one above it."""
    entries = st.session_state.network
    place = next(place for place, entry in enumerate(entries) if entry[0] == number)
    entries[place - 1 : place + 1] = entries[place - 1 : place + 1][::-1]

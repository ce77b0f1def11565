"""The part of the Train page where a run is set up: recipe, network, settings, values to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from digitnet import DigitnetError, estimate, jobs, layers, store, sweeps
from digitnet.cards import in_words
from digitnet.collection import Collection
from digitnet.config import BOTH, MNIST, OPTIMIZERS, OWN, SCHEDULES, TrainingConfig, own_name
from digitnet.layers import ACTIVATIONS, Convolution, Dense, Dropout, Layer, Mean, Pooling
from digitnet.recipes import RECIPES
from digitnet.runs import Run, all_runs
from pages import parts

FIRST = "quick"
SCRATCH, CONTINUE = "scratch", "continue"
PREFIX = "setup-"
OPTIMIZER_NAMES = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
SCHEDULE_NAMES = {"constant": "constant", "cosine": "falls (cosine)", "warm-up": "rises, then falls"}
NEW_LAYERS: dict[str, Layer] = {
    "Dense": Dense(128),
    "Dropout": Dropout(0.2),
    "Convolution": Convolution(32),
    "Pooling": Pooling(2),
    "Mean": Mean(),
}


def show() -> None:
    """Show everything that decides a run, what it amounts to, and the button that starts it."""
    begin()
    left, right = st.columns([3, 2], gap="large")
    with left:
        continues = choose_beginning()
        if not continues:
            choose_recipe()
        problems = [choose_name(), choose_data(), *([] if continues else [edit_network()])]
        problems.append(choose_few_settings() if continues else choose_settings())
        trying = None if continues else choose_values()
    with right:
        configs = check(trying) if not any(problems) else []
        show_summary(configs)


def begin() -> None:
    """Bring back what was set before another page was shown, or the first recipe."""
    state = st.session_state
    if "setup" not in state:
        state.setup = {"recipe": FIRST}
        take_recipe()
    for name, value in state.setup.items():
        state.setdefault(PREFIX + name, value)


def keep(name: str) -> None:
    """Note what a control holds; Streamlit forgets it when another page is shown."""
    st.session_state.setup[name] = st.session_state[PREFIX + name]


def control(widget: Callable[..., Any], label: str, name: str, line: str, *options: Any, **settings: Any) -> Any:
    """Show a control for the setting `name` with a line that says what it does; return its value."""
    value = widget(label, *options, key=PREFIX + name, **settings)
    st.caption(line)
    keep(name)
    return value


def take_recipe() -> None:
    """Put the recipe's own settings into all controls."""
    state = st.session_state
    recipe = state.get(PREFIX + "recipe", state.setup.get("recipe", FIRST))
    take(TrainingConfig.from_recipe(recipe, name=jobs.free_name(recipe)))


def take(config: TrainingConfig) -> None:
    """Put these settings into all controls; what own digits are trained on stays as it was chosen."""
    state = st.session_state
    chosen = {name: state.setup[name] for name in ("data", "writers", "own_share") if name in state.setup}
    state.setup = {
        **config.to_dict(),
        "writers": list(config.writers),
        "own_share": round(100 * config.own_share),
        "validation_share": round(100 * config.validation_share),
        "learning_rate": f"{config.learning_rate:g}",
        "trying": False,
        "setting": "dropout",
        **chosen,
        "beginning": CONTINUE if config.start else SCRATCH,
    }
    for name in ("layers", "limit", "group", "promote"):
        del state.setup[name]
    state.update({PREFIX + name: value for name, value in state.setup.items()})
    state.network = []
    for layer in config.network:
        add_layer(layer)


def take_beginning() -> None:
    """Put the settings into the controls that fit what was chosen to begin with."""
    state = st.session_state
    if state[PREFIX + "beginning"] == SCRATCH:
        state.setup["recipe"] = state.get(PREFIX + "recipe", FIRST)
        return take_recipe()
    try:
        config = TrainingConfig.continuing(store.active_model())
    except DigitnetError as error:
        state.problem, state[PREFIX + "beginning"] = str(error), SCRATCH
        return None
    state.setup["data"] = BOTH if has_own() else MNIST
    return take(config.changed(name=jobs.free_name(config.name)))


def has_own() -> bool:
    """Return whether there are own digits."""
    with suppress(DigitnetError), Collection.open() as collection:
        return collection.count() > 0
    return False


def choose_beginning() -> bool:
    """Show the choice between a new network and the one in use; return whether that one is continued."""
    names = {SCRATCH: "From scratch", CONTINUE: f"Continue {store.active_model()}, the model in use"}
    if st.session_state.setup["beginning"] == CONTINUE:
        names[CONTINUE] = f"Continue {st.session_state.setup['start']}"
    line = "A trained network learns your hand within seconds; MNIST is repeated, so that it forgets nothing."
    settings: dict[str, Any] = {"format_func": lambda key: names[key], "horizontal": True, "on_change": take_beginning}
    return control(st.radio, "Begin", "beginning", line, list(names), **settings) == CONTINUE


def choose_recipe() -> None:
    """Show the choice of a recipe and where it comes from."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Recipe", list(RECIPES), key=PREFIX + "recipe", on_change=take_recipe)
        st.button("Reset", icon=":material/restart_alt:", on_click=take_recipe, help="All settings as in the recipe")
    keep("recipe")
    recipe = RECIPES[name]
    line = f"{recipe.summary}. "
    if recipe.published_accuracy:
        line += f"Published: {recipe.published_accuracy:.2%} of the test digits, in {recipe.source}."
    st.caption(parts.plain(line))


def choose_name() -> str:
    """Show the name; return a sentence if no model may be called so."""
    name = control(st.text_input, "Name", "name", "What the new model will be called.", max_chars=64)
    try:
        store.check_name(name)
        if name in store.list_models() or Run(name).exists():
            proposed = parts.plain(jobs.free_name(name))
            return complain(f"There is a model or a run of that name already; {proposed} is free.")
    except DigitnetError as error:
        return complain(str(error))
    return ""


def complain(sentence: str) -> str:
    """Show a sentence beside the control that it is about."""
    st.error(parts.plain(sentence), icon=":material/error:")
    return sentence


def edit_network() -> str:
    """Show the layers, each with its sizes; return a sentence if they do not fit on each other."""
    state = st.session_state
    with st.expander(f"Network: {parts.plural(len(state.network), 'layer')} to change", icon=":material/layers:"):
        return edit_layers()


def edit_layers() -> str:
    """Show a row for each layer, and buttons that add more; return a sentence if they do not fit."""
    state = st.session_state
    st.caption("From the 28 × 28 picture at the top to the ten digits; the last layer, softmax, is always there.")
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
        layers.summary(network())
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


SIZE = 92  # pixels of a small number with its buttons


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


def choose_settings() -> str:
    """Show the settings of the training; return a sentence if one cannot work."""
    st.subheader("Training")
    problem = ""
    with grid() as cell:
        with cell():
            control(st.number_input, "Epochs", "epochs", "How often all digits are seen.", 1, 1000, step=1)
        with cell():
            line = "Digits between two steps of learning."
            control(st.number_input, "Batch size", "batch_size", line, 1, 8192, step=1)
        with cell():
            rate = control(st.text_input, "Learning rate", "learning_rate", "How large each step is.")
            problem = check_rate(rate)
        with cell():
            line = "How steps are made of what went wrong."
            names = OPTIMIZER_NAMES
            control(st.selectbox, "Optimizer", "optimizer", line, OPTIMIZERS, format_func=lambda name: names[name])
        with cell():
            line = "How the rate changes over the run."
            shown = SCHEDULE_NAMES
            control(st.selectbox, "Rate over time", "schedule", line, SCHEDULES, format_func=lambda name: shown[name])
        with cell():
            line = "Held out of training, to check on."
            share = control(st.slider, "Validation digits", "validation_share", line, 0, 50, format="%d%%")
        with cell():
            line = "Epochs without a better one after which to stop; 0 trains to the end."
            patience = control(st.number_input, "Early stopping", "patience", line, 0, 1000, step=1)
            if patience and not share:
                problem = complain("Early stopping needs validation digits; hold some out.")
        with cell():
            control(st.number_input, "Seed", "seed", "The same seed repeats a run.", 0, 2**32 - 1, step=1)
        with cell():
            line = "Turned, slanted, bent, with other pens: slower, reads more hands."
            control(st.toggle, "Varied copies", "augment", line)
        with cell():
            line = "An eleventh answer, so that letters, signs and scribbles can be left out: slower."
            control(st.toggle, "Knows what is no digit", "refuse", line)
        with cell():
            control(st.toggle, "Averaged weights", "average_weights", "Keeps the mean of the last steps.")
    return problem


def choose_few_settings() -> str:
    """Show those settings that matter where a network is continued; return a sentence if one cannot work."""
    st.subheader("Training")
    with grid() as cell:
        with cell():
            control(st.number_input, "Epochs", "epochs", "How many rounds there are.", 1, 1000, step=1)
        with cell():
            line = "In each round, drawn anew; 0 for all."
            control(st.number_input, "Digits", "epoch_digits", line, 0, 1_000_000, step=64)
        with cell():
            rate = control(st.text_input, "Learning rate", "learning_rate", "How large each step is.")
            problem = check_rate(rate)
    return problem


def choose_data() -> str:
    """Show the choice between MNIST's digits and own ones; return a sentence if there is nothing to train on."""
    st.subheader("Digits")
    state = st.session_state
    try:
        with Collection.open() as collection:
            counts, writers = collection.counts(), collection.writers()
    except DigitnetError as error:
        state.setup["data"] = MNIST
        return complain(str(error))
    if not counts.sum():
        state.setup["data"] = MNIST
        line = "correct what is read wrong on Draw or Photos, or bring your own, and they can be trained on here."
        st.info(f"Trains on MNIST's 60,000 digits. You have none of your own yet: {line}", icon=":material/edit:")
        return ""
    names = {MNIST: "MNIST", BOTH: "MNIST and mine", OWN: "mine only"}
    line = "MNIST's 60,000 digits, those you corrected, confirmed or imported, or both."
    settings: dict[str, Any] = {"format_func": lambda key: names[key], "horizontal": True}
    data = control(st.radio, "Train on", "data", line, list(names), **settings)
    return "" if data == MNIST else choose_own(str(data), writers)


def choose_own(data: str, writers: list[str]) -> str:
    """Show whose digits are trained on and their weight; return a sentence if there are none."""
    state = st.session_state
    if len(writers) > 1:
        state[PREFIX + "writers"] = [each for each in state[PREFIX + "writers"] if each in writers]
        shown: dict[str, Any] = {"format_func": lambda name: name or "no name given", "placeholder": "All"}
        control(
            st.multiselect, "Whose", "writers", "Only the digits of these; all where none is chosen.", writers, **shown
        )
    else:
        state.setup["writers"] = []
    if data == BOTH:
        line = "The part of all pictures trained on that are yours, each varied anew; the others are MNIST's."
        control(st.slider, "Weight of mine", "own_share", line, 5, 95, format="%d%%")
    train, held_out = count_own(tuple(state.setup["writers"]), bool(state.setup["refuse"]))
    if not train:
        return complain("None of these digits can be trained on: all are held out, or are no digits; correct more.")
    st.markdown(f"Trains on **{train:,}** of your digits; {held_out:,} are held out to check on, and never trained on.")
    return ""


def count_own(writers: tuple[str, ...], refuse: bool) -> tuple[int, int]:
    """Return how many own digits can be trained on and how many are held out."""
    chosen: dict[str, Any] = {"writers": writers or None, "labels": range(layers.CLASSES + refuse)}
    with Collection.open() as collection:
        return collection.count(held_out=False, **chosen), collection.count(held_out=True, **chosen)


@contextmanager
def grid(columns: int = 3) -> Iterator[Callable[[], Any]]:
    """Give a maker of cells that fill row by row; on a phone they come one under the other."""
    cells: list[Any] = []

    def cell() -> Any:
        if not cells:
            cells.extend(st.columns(columns))
        return cells.pop(0)

    yield cell


def check_rate(text: str) -> str:
    """Return a sentence, and show it, if `text` is no learning rate."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if 0 < rate <= 10:
        return ""
    return complain(f"Expected a number above 0 and at most 10. Received: {text or 'nothing'}.")


def choose_values() -> tuple[str, str] | None:
    """Show what to try instead of one run: a setting and values; return them, None for one run."""
    st.subheader("Try values")
    line = "One setting, several values: a run for each, one after the other, and a chart that compares them."
    if not control(st.toggle, "Try several values", "trying", line):
        return None
    with st.container(horizontal=True):
        names = {key: setting.label for key, setting in sweeps.SETTINGS.items()}
        with st.container(width=240):
            setting = control(
                st.selectbox, "Setting", "setting", "What differs.", list(names), format_func=lambda key: names[key]
            )
        with st.container(width=320):
            st.session_state.setdefault(PREFIX + f"values-{setting}", sweeps.SETTINGS[setting].values)
            values = control(st.text_input, "Values", f"values-{setting}", "With commas between them.")
    return str(setting), str(values)


def check(trying: tuple[str, str] | None) -> list[TrainingConfig]:
    """Return the settings of the runs to start, none after a sentence that says what cannot work."""
    try:
        config = continued() if st.session_state.setup["start"] else from_scratch()
        configs = sweeps.variants(config, *trying) if trying else [config]
    except DigitnetError as error:
        complain(str(error))
        return []
    taken = {*store.list_models(), *(run.name for run in all_runs())} & {config.name for config in configs}
    if taken:
        complain(f"There is a model or a run called {min(taken)} already; choose another name.")
        return []
    return configs


def from_scratch() -> TrainingConfig:
    """Return the settings of the controls; raises ConfigError where one cannot work."""
    setup = st.session_state.setup
    given = {name: value for name, value in setup.items() if name in TrainingConfig.__dataclass_fields__}
    shares = {"validation_share": given["validation_share"] / 100, "own_share": given["own_share"] / 100}
    rate, writers = float(given["learning_rate"]), tuple(given["writers"])
    text = layers.to_text(network())
    return TrainingConfig(**{**given, **shares, "learning_rate": rate, "writers": writers, "layers": text})


def continued() -> TrainingConfig:
    """Return the settings that continue a model, with those of the controls; raises DigitnetError."""
    setup = st.session_state.setup
    return TrainingConfig.continuing(
        setup["start"],
        own_share=setup["own_share"] / 100,
        learning_rate=float(setup["learning_rate"]),
        writers=tuple(setup["writers"]),
        **{name: setup[name] for name in ("name", "data", "epochs", "epoch_digits")},
    )


def show_summary(configs: list[TrainingConfig]) -> None:
    """Show what the settings amount to, and the button that starts the training."""
    with st.container(border=True, key="summary"):
        if configs:
            describe(configs[0] if configs[0].start else configs[0].changed(layers=layers.to_text(network())))
            show_time(configs)
        label = "Start training" if len(configs) < 2 else f"Start {len(configs)} runs"
        st.button(
            label,
            type="primary",
            icon=":material/play_arrow:",
            disabled=not configs,
            on_click=launch,
            args=(configs,),
            width="stretch",
        )
        if not configs:
            st.caption("Mend what is marked first.")


def describe(config: TrainingConfig) -> None:
    """Show the layers with what each makes and holds."""
    rows = layers.summary(config.network, config.outputs)
    table = pd.DataFrame(
        {
            "Layer": [row.layer for row in rows],
            "Makes": [" × ".join(map(str, row.shape)) for row in rows],
            "Parameters": [f"{row.parameters:,}" if row.parameters else "" for row in rows],
        }
    )
    count = sum(row.parameters for row in rows)
    out = "ten probabilities and that of no digit out" if config.refuse else "ten probabilities out"
    st.markdown(f"**{count:,} parameters**: a picture of 28 × 28 in, {out}.")
    st.table(table.set_index("Layer"), border="horizontal")


def show_time(configs: list[TrainingConfig]) -> None:
    """Show about how long it will take."""
    own = count_own(configs[0].writers, configs[0].refuse)[0] if configs[0].uses_own else 0
    seconds = sum(estimate.seconds(config, own) for config in configs)
    what = f"{len(configs)} runs" if len(configs) > 1 else parts.plural(configs[0].epochs, "epoch")
    st.markdown(f":material/schedule: About **{in_words(seconds)}** for {what} on this machine.")


def launch(configs: list[TrainingConfig]) -> None:
    """Start the runs, and propose another name for the next."""
    state = st.session_state
    try:
        for config in configs:
            jobs.start(config)
    except DigitnetError as error:
        state.problem = str(error)
    base = own_name(configs[0].start) if configs[0].start else configs[0].recipe
    state.setup["name"] = state[PREFIX + "name"] = jobs.free_name(base)

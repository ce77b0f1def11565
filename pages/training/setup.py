"""The part of the Train page where a run is set up: where it begins, what it amounts to, and its start."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import duration, queue, sweeps
from digitnet.experiments.config import TrainingConfig, name_fine_tuned_model
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.run import Run, list_runs
from digitnet.models import architecture, store
from digitnet.models.active import get_active_model
from digitnet.models.card import BOTH, MNIST
from pages.shared import formatting
from pages.shared.formatting import format_duration
from pages.training import network_editor, training_data
from pages.training.controls import complain, control, keep, key_of
from pages.training.settings import choose_few_settings, choose_settings, choose_values

FIRST = "quick"
SCRATCH, CONTINUE = "scratch", "continue"


def show() -> None:
    """Show everything that decides a run, what it amounts to, and the button that starts it."""
    begin()
    left, right = st.columns([3, 2], gap="large")
    with left:
        continues = choose_beginning()
        if not continues:
            choose_recipe()
        problems = [choose_name(), training_data.choose_data(), *([] if continues else [network_editor.edit_network()])]
        problems.append(choose_few_settings() if continues else choose_settings())
        trying = None if continues else choose_values()
    with right:
        configs = check(trying) if not any(problems) else []
        show_summary(configs)


def begin() -> None:
    """Bring back what was set before another page was shown, or the first recipe; propose a name after a start."""
    state = st.session_state
    if "setup" not in state:
        state.setup = {"recipe": FIRST}
        state.starts = 0
        take_recipe()
    if started := state.pop("started", ""):
        state.setup["name"] = state[key_of("name")] = queue.find_free_name(started)
    for name, value in state.setup.items():
        state.setdefault(key_of(name), value)


def take_recipe() -> None:
    """Put the recipe's own settings into all controls."""
    state = st.session_state
    recipe = state.get(key_of("recipe"), state.setup.get("recipe", FIRST))
    take(TrainingConfig.from_recipe(recipe, name=queue.find_free_name(recipe)))


def change_recipe() -> None:
    """Take the recipe that was chosen; not where a model is continued since, and a browser still shows the choice."""
    if st.session_state.setup["beginning"] == SCRATCH:
        take_recipe()


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
    state.setups = state.get("setups", 0) + 1
    state.update({key_of(name): value for name, value in state.setup.items()})
    state.network = []
    for layer in config.network:
        network_editor.add_layer(layer)


def take_beginning() -> None:
    """Put the settings into the controls that fit what was chosen to begin with."""
    state = st.session_state
    if state[key_of("beginning")] == SCRATCH:
        state.setup["recipe"] = state.get(key_of("recipe"), FIRST)
        return take_recipe()
    try:
        config = TrainingConfig.for_fine_tuning(get_active_model())
    except DigitnetError as error:
        state.problem, state[key_of("beginning")] = str(error), SCRATCH
        return None
    state.setup["data"] = BOTH if training_data.has_own() else MNIST
    return take(config.replace(name=queue.find_free_name(config.name)))


def choose_beginning() -> bool:
    """Show the choice between a new network and the one in use; return whether that one is continued."""
    # Names that stay: a choice that is on its way under a name which is gone would be lost.
    names = {SCRATCH: "From scratch", CONTINUE: "From a trained model"}
    start, active = st.session_state.setup["start"], get_active_model()
    which = f"Goes on with {start}" if start else f"A trained model, now {active}, is faster"
    line = f"{which}{', the model in use' * (start == active)}: it learns your hand within seconds; "
    line = formatting.escape_markdown(f"{line}MNIST is repeated, so that it forgets nothing.")
    settings: dict[str, Any] = {"format_func": lambda key: names[key], "horizontal": True, "on_change": take_beginning}
    return control(st.radio, "Begin", "beginning", line, list(names), **settings) == CONTINUE


def choose_recipe() -> None:
    """Show the choice of a recipe and where it comes from."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Recipe", list(RECIPES), key=key_of("recipe"), on_change=change_recipe)
        st.button("Reset", icon=":material/restart_alt:", on_click=change_recipe, help="All settings as in the recipe")
    keep("recipe")
    recipe = RECIPES[name]
    line = f"{recipe.summary}. "
    if recipe.published_accuracy:
        line += f"Published: {recipe.published_accuracy:.2%} of the test digits, in {recipe.source}."
    st.caption(formatting.escape_markdown(line))


def choose_name() -> str:
    """Show the name; return a sentence if no model may be called so."""
    name = control(st.text_input, "Name", "name", "What the new model will be called.", max_chars=64)
    try:
        store.check_name(name)
        if name in store.list_models() or Run(name).exists():
            proposed = formatting.escape_markdown(queue.find_free_name(name))
            return complain(f"There is a model or a run of that name already; {proposed} is free.")
    except DigitnetError as error:
        return complain(str(error))
    return ""


def check(trying: tuple[str, str] | None) -> list[TrainingConfig]:
    """Return the settings of the runs to start, none after a sentence that says what cannot work."""
    try:
        config = continued() if st.session_state.setup["start"] else from_scratch()
        configs = sweeps.make_variants(config, *trying) if trying else [config]
    except DigitnetError as error:
        complain(str(error))
        return []
    taken = {*store.list_models(), *(run.name for run in list_runs())} & {config.name for config in configs}
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
    text = architecture.format_layers(network_editor.network())
    return TrainingConfig(**{**given, **shares, "learning_rate": rate, "writers": writers, "layers": text})


def continued() -> TrainingConfig:
    """Return the settings that continue a model, with those of the controls; raises DigitnetError."""
    setup = st.session_state.setup
    return TrainingConfig.for_fine_tuning(
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
            config = configs[0]
            network = architecture.format_layers(network_editor.network())
            describe(config if config.start else config.replace(layers=network))
            show_time(configs)
        label = "Start training" if len(configs) < 2 else f"Start {len(configs)} runs"
        icon = ":material/play_arrow:"
        # A button of its own for each start: the second of two quick clicks is on the one that has served.
        number = st.session_state.starts
        st.button(
            label,
            type="primary",
            icon=icon,
            disabled=not configs,
            width="stretch",
            key=f"start-{number}",
            on_click=want_start,
            args=(number,),
        )
        if not configs:
            st.caption("Mend what is marked first.")
    # Not by the click itself, which would start what the controls said when the button was shown.
    if st.session_state.pop("start_wanted", False) and configs:
        launch(configs)
        st.rerun()


def want_start(number: int) -> None:
    """Note that a start is wanted by the button of that number, unless it has served."""
    if number == st.session_state.starts:
        st.session_state.start_wanted = True


def describe(config: TrainingConfig) -> None:
    """Show the layers with what each makes and holds."""
    rows = architecture.summarize(config.network, config.outputs)
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
    own = training_data.count_own(configs[0].writers, configs[0].refuse)[0] if configs[0].uses_user_digits else 0
    seconds = sum(duration.estimate_seconds(config, own) for config in configs)
    what = f"{len(configs)} runs" if len(configs) > 1 else formatting.format_count(configs[0].epochs, "epoch")
    st.markdown(f":material/schedule: About **{format_duration(seconds)}** for {what} on this machine.")


def launch(configs: list[TrainingConfig]) -> None:
    """Start the runs, and have another name proposed for the next."""
    state = st.session_state
    try:
        for config in configs:
            queue.start(config)
    except DigitnetError as error:
        state.problem = str(error)
    state.starts += 1
    state.started = name_fine_tuned_model(configs[0].start) if configs[0].start else configs[0].recipe

import math
import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import ConfigError
from digitnet.experiments.config import TrainingConfig
from digitnet.tuning.dimensions import Choice, Range, round_number
from digitnet.tuning.samplers import clean_values
from digitnet.tuning.searched_settings import SEARCHED, apply_values
from digitnet.tuning.space import format_space, parse_space

BASE = TrainingConfig.from_recipe("mlp-64-64")
TEXT = """
learning_rate = { from = 0.0001, to = 0.01, log = true, points = 3 }
batch_size = [32, 64]  # A list.

[dropout]
from = 0
to = 0.5
step = 0.25
"""

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(round_number)
whole_numbers = st.integers(-(10**9), 10**9)


def make_values(kind):
    texts = st.text(string.printable + "é\x7f\x00", max_size=20)
    return {int: whole_numbers, float: numbers, str: texts, bool: st.booleans()}[kind]


@st.composite
def dimensions(draw, name):
    kind = draw(st.sampled_from(SEARCHED[name].types))
    if kind in (str, bool) or draw(st.booleans()):
        return Choice(tuple(draw(st.lists(make_values(kind), min_size=1, max_size=5, unique=True))))
    low, high = sorted(draw(st.lists(make_values(kind), min_size=2, max_size=2, unique=True)))
    log = low > 0 and draw(st.booleans())
    steps = draw(st.integers(1, 20)) if not log and draw(st.booleans()) else None
    step = None if steps is None else max(1, (high - low) // steps) if kind is int else (high - low) / steps
    if kind is int and step is None and not log:
        step = 1
    if step is not None and not 0 < step <= high - low:
        step = high - low
    return Range(low, high, step, log, draw(st.none() | st.integers(2, 20)))


spaces = st.lists(st.sampled_from(sorted(SEARCHED)), min_size=1, max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: dimensions(name) for name in names})
)


def test_lists_ranges_and_tables_are_read():
    assert parse_space(TEXT, BASE) == {
        "learning_rate": Range(0.0001, 0.01, None, True, 3),
        "batch_size": Choice((32, 64)),
        "dropout": Range(0.0, 0.5, 0.25),
    }


def test_listed_number_has_a_place_however_many_digits_it_has():
    space = parse_space("dropout = [0.1, 0.3333333333333333]")
    values = clean_values({"dropout": space["dropout"].values[1]})
    assert space["dropout"].find_place(values["dropout"]) == 1.0


def test_grid_of_a_range_has_its_steps_or_points():
    space = parse_space(TEXT)
    assert space["learning_rate"].list_grid() == [0.0001, 0.001, 0.01]
    assert space["dropout"].list_grid() == [0.0, 0.25, 0.5]
    assert parse_space("epochs = { from = 2, to = 9, step = 3 }")["epochs"].list_grid() == [2, 5, 8]
    assert parse_space("dropout = { from = 0, to = 0.3, step = 0.1 }")["dropout"].list_grid() == [0.0, 0.1, 0.2, 0.3]


@given(spaces)
def test_written_space_is_read_as_it_was(space):
    assert parse_space(format_space(space)) == space


@given(spaces)
def test_values_of_a_grid_lie_in_their_range(space):
    for dimension in space.values():
        if dimension.count_grid() is None or dimension.count_grid() > 1000:
            continue
        values = dimension.list_grid()
        assert len(values) == dimension.count_grid() == len(set(values))
        if isinstance(dimension, Range):
            assert all(dimension.low <= value <= dimension.high for value in values)
            assert all(-1e-9 <= dimension.find_place(value) <= 1 + 1e-9 for value in values)
            assert {type(value) for value in values} == {type(dimension.low)}


@given(st.text(max_size=80) | st.sampled_from(sorted(SEARCHED)).map(lambda name: f"{name} = ") | st.binary().map(repr))
def test_any_text_is_a_space_or_explained(text):
    with suppress(ConfigError):
        assert parse_space(text, BASE)


def explain(text):
    """Return the sentence that refuses a space, or ""."""
    try:
        parse_space(text, BASE)
    except ConfigError as error:
        return str(error)
    return ""


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["adam", "1979-05-27", "x"])


@given(
    st.sampled_from([*sorted(SEARCHED), "tea"]),
    st.dictionaries(st.sampled_from(["from", "to", "step", "log", "points", "values", "tea"]), scalars),
)
def test_any_keys_are_a_range_or_explained(name, keys):
    def write(value):
        if isinstance(value, float) and not math.isfinite(value):
            return "nan" if math.isnan(value) else f"{'-' * (value < 0)}inf"
        return f'"{value}"' if isinstance(value, str) else str(value).lower()

    text = "\n".join(f"{key} = {write(value)}" for key, value in keys.items() if value is not None)
    sentence = explain(f"\n[{name}]\n{text}")
    assert not sentence or sentence.startswith(f"Line 2, {name}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The space is empty; give at least one setting"),
        ("batch_size = [32 64]", "The space is no valid TOML: .*line 1"),
        ("\nlerning_rate = [0.1]", "Line 2, lerning_rate: There is no such setting. Did you mean learning_rate?"),
        ("batch_size = [32, 0]", "Line 1, batch_size: Expected batch_size to be from 1 to 8192. Received: 0."),
        ("batch_size = [32, 64.5]", "Line 1, batch_size: Expected whole numbers. Received: 64.5."),
        ("batch_size = [32, true]", "Line 1, batch_size: Expected whole numbers. Received: True."),
        ("batch_size = 32", "Line 1, batch_size: Expected a list of values, or from and to"),
        ("batch_size = []", "Line 1, batch_size: Expected 1 to 100 values. Received: 0."),
        ("batch_size = [8, 8]", "Line 1, batch_size: Expected each value once."),
        ("layers = [1, 'dense 8']", "Line 1, layers: Expected values of one kind."),
        ("layers = ['dense ten']", "Line 1, layers: "),
        ("optimizer = ['adam', 'tea']", "Line 1, optimizer: Expected optimizer to be one of adam"),
        ("augment = { from = 0, to = 1 }", "Line 1, augment: Expected a list of values, not a range."),
        ("learning_rate = { from = 1, to = 0.1 }", "Expected from to be less than to."),
        ("learning_rate = { from = 0.0, to = 0.1, log = true }", "Expected a range with log to begin above 0"),
        ("learning_rate = { from = 0.1, to = 1, log = 1 }", "Expected log to be true or false. Received: 1."),
        ("learning_rate = { from = 0.1, to = 11 }", "Expected learning_rate to be above 0 and at most 10."),
        ("learning_rate = { from = 0.1, to = inf }", "Expected numbers. Received: inf."),
        ("epochs = { from = 1, to = 5, step = 9 }", "Expected step to be above 0 and at most 4. Received: 9."),
        ("epochs = { from = 1, to = 5, points = 1 }", "Expected points to be from 2 to 100. Received: 1."),
        ("a = 1\n[dropout]\nfrom = 0", "Line 1, a: There is no such setting"),
    ],
)
def test_wrong_space_names_line_and_setting(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_space(text, BASE)


def test_examples_of_all_settings_work():
    for name, setting in SEARCHED.items():
        parse_space(f"{name} = {setting.example}", BASE)


def test_values_change_the_settings_of_a_training():
    values = {"learning_rate": 0.5, "units": 8, "layers": 3, "activation": "tanh", "augment": True}
    config = apply_values(BASE, values)
    assert (config.learning_rate, config.augment) == (0.5, True)
    assert config.layers == "dense 8 tanh, dense 8 tanh, dense 8 tanh"
    assert apply_values(BASE, {"layers": "dense 5"}).layers == "dense 5"


def test_optimizer_has_its_own_rate_unless_that_is_searched():
    assert apply_values(BASE, {"optimizer": "sgd"}).learning_rate == 0.01
    assert apply_values(BASE, {"optimizer": "sgd", "learning_rate": 0.5}).learning_rate == 0.5

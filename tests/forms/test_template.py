import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import ExpectError, FormError
from digitnet.forms.making import make_template
from digitnet.forms.template import Field, Template, from_json, load_template, save_template, to_json
from tests.forms.conftest import VALUES

PAPER = np.full((100, 200, 3), 250, np.uint8)
TOTAL = Field("total", (10, 10, 90, 40), "2 decimals")


def test_template_is_the_same_after_it_was_saved(template, tmp_path):
    save_template(template, tmp_path / "form.json")
    again = load_template(tmp_path / "form.json")
    assert (again.name, again.size, again.fields, again.sheet) == (
        template.name,
        template.size,
        template.fields,
        template.sheet,
    )
    assert (tmp_path / "form.json").stat().st_size < 300_000


def test_fields_keep_what_is_expected_and_their_kind(cnn):
    fields = (TOTAL, Field("points", (100, 10, 190, 90), is_column=True))
    again = from_json(to_json(make_template("form", PAPER, fields, cnn)))
    assert again.fields == fields


def test_heads_of_other_columns_are_not_those_of_fields(cnn):
    template = make_template("form", PAPER, (Field("Page", (10, 10, 90, 40)),), cnn)
    assert template.choose_heads("file", "page", "Page") == ["file", "page_", "Page_"]


def test_filled_fields_of_a_sheet_are_known(design, template, filled, cnn):
    assert not any(field.is_filled for field in template.fields)
    marked = make_template("filled", filled, design.fields, cnn)
    assert [field.is_filled for field in marked.fields] == [True] * len(VALUES)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ((), "Expected 1 to 200 fields. Received: 0"),
        ((TOTAL, TOTAL), "Two fields are called 'total'"),
        ((Field(" ", (10, 10, 90, 40)),), "Expected a name of 1 to 60 characters"),
        ((Field("a\nb", (10, 10, 90, 40)),), "Expected a name of 1 to 60 characters"),
        ((Field("a", (10, 10, 12, 40)),), "The box of 'a' is too small or lies beside the sheet"),
        ((Field("a", (10, 10, 290, 40)),), "The box of 'a' is too small or lies beside the sheet"),
        ((Field("a", (-1, 10, 90, 40)),), "The box of 'a' is too small or lies beside the sheet"),
    ],
)
def test_wrong_fields_are_refused(fields, sentence, cnn):
    with pytest.raises(FormError, match=sentence):
        make_template("form", PAPER, fields, cnn)


def test_expectation_that_is_not_understood_is_refused(cnn):
    with pytest.raises(ExpectError):
        make_template("form", PAPER, (Field("a", (10, 10, 90, 40), "blue"),), cnn)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"digitnet_form": 1}',
        '{"digitnet_form": 1, "name": "a", "size": [1], "fields": []}',
    ],
)
def test_file_that_is_no_template_is_refused(text, tmp_path):
    (tmp_path / "form.json").write_text(text)
    with pytest.raises(FormError, match="The file is no template of a form"):
        load_template(tmp_path / "form.json")


def test_template_of_a_newer_digitnet_is_refused(template):
    entry = json.loads(to_json(template)) | {"digitnet_form": 2}
    with pytest.raises(FormError, match="of version 2, which this digitnet does not know"):
        from_json(json.dumps(entry))


def test_missing_and_large_files_are_refused(tmp_path):
    with pytest.raises(FormError, match=r"cannot be read: No such file"):
        load_template(tmp_path / "form.json")
    (tmp_path / "large.json").write_bytes(bytes(5_000_000))
    with pytest.raises(FormError, match="A template has at most 4 MB"):
        load_template(tmp_path / "large.json")


def test_template_without_a_picture_of_its_sheet_says_so():
    with pytest.raises(FormError, match="holds no picture of its sheet"):
        assert Template("form", (200, 100), (TOTAL,), b"no picture").gray is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "size", "fields", "sheet", "digitnet_form"), JSON)))
def test_any_json_is_a_template_or_refused(entry):
    entry.setdefault("digitnet_form", 1)
    with suppress(FormError):
        assert isinstance(from_json(json.dumps(entry)), Template)

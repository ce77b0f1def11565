"""What components cost: their data is sent without pandas, unless it holds a data frame."""

import subprocess
import sys

from digitnet.paths import ROOT

SEND = (
    "import sys; from pages.components import loader;"
    "from streamlit.components.v2.bidi_component.serialization import serialize_mixed_data as send;"
    "from streamlit.proto.BidiComponent_pb2 import BidiComponent as Proto;"
)


def run(code):
    command = [sys.executable, "-W", "ignore", "-c", SEND + code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def test_lists_and_dictionaries_are_sent_without_pandas():
    code = "proto = Proto(); send({'drawing': {'objects': []}, 'strokes': [[1, 2]]}, proto);"
    assert run(code + "print(proto.WhichOneof('data'), 'pandas' in sys.modules)") == ["json", "False"]


def test_data_frame_is_still_sent_as_arrow():
    code = "import pandas; proto = Proto(); send({'table': pandas.DataFrame({'a': [1]})}, proto);"
    assert run(code + "print(proto.WhichOneof('data'))") == ["mixed"]

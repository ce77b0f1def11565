import base64
import json
import os
import sys

import anyio
import numpy as np
import pytest
from mcp import Client, StdioServerParameters
from PIL import Image, ImageOps

from digitnet.paths import ROOT
from digitnet.server.mcp_tool import make_mcp_server
from tests.helpers.document_files import WHITE, encode, make_gray
from tests.helpers.samples import SAMPLES

EVEN = SAMPLES / "even.jpg"


def ask(server=None, **arguments):
    """Call the tool, and return what it answers, or its error as text."""

    async def call():
        async with Client(server or make_mcp_server()) as client:
            return await client.call_tool("read_numbers", arguments)

    result = anyio.run(call)
    text = result.content[0].text
    return text if result.is_error else json.loads(text)


def test_rows_of_a_file_are_read():
    [page] = ask(path=str(EVEN))["pages"]
    assert page["file"] == "even.jpg"
    assert [row["text"] for row in page["rows"]] == ["2047", "1385", "96"]
    assert page["rows"][0]["confidence"] > 0.9
    assert not page["rows"][0]["doubtful"]


def test_details_are_those_of_the_command():
    [page] = ask(content=base64.b64encode(EVEN.read_bytes()).decode(), details=True)["pages"]
    assert len(page["rows"][0]["digits"][0]["box"]) == 4


def test_chosen_page_is_named(tmp_path):
    (tmp_path / "fax.tif").write_bytes(encode([make_gray(WHITE)] * 3, "TIFF"))
    [page] = ask(path=str(tmp_path / "fax.tif"), pages="2")["pages"]
    assert (page["page"], page["pages"], page["rows"]) == (2, 3, [])


def test_turned_and_mirrored_pictures_are_said(paper, tmp_path):
    gray = paper().number("23475").gray()
    Image.fromarray(np.rot90(gray, 2)).save(tmp_path / "turned.png")
    Image.fromarray(gray[:, ::-1]).save(tmp_path / "mirrored.png")
    [turned], [mirrored] = (ask(path=str(tmp_path / f"{name}.png"))["pages"] for name in ("turned", "mirrored"))
    assert (turned["rows"][0]["text"], turned["turn"]) == ("23475", 180)
    assert mirrored["mirrored"]
    [kept] = ask(path=str(tmp_path / "turned.png"), turn=0)["pages"]
    assert "turn" not in kept


def test_part_with_light_ink_is_read(tmp_path):
    with Image.open(EVEN) as picture:
        width, height = picture.size
        ImageOps.invert(picture.convert("L")).save(tmp_path / "light.png")
    [page] = ask(path=str(tmp_path / "light.png"), region=f"0,0,{width},{height // 3}", ink="light")["pages"]
    assert [row["text"] for row in page["rows"]] == ["2047"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "Received: neither."),
        ({"path": "a", "content": "b"}, "Received: both."),
        ({"content": "?"}, "Received: other text."),
        ({"path": "/no/such/file.png"}, "The file 'file.png' cannot be opened"),
        ({"path": str(EVEN), "pages": "x"}, "Expected numbers of pages"),
        ({"path": str(EVEN), "region": "1,2"}, "Expected four whole numbers"),
        ({"path": str(EVEN), "ink": "red"}, "Expected one of dark, light"),
        ({"path": str(EVEN), "turn": 45}, "Expected one of 0, 90, 180, 270"),
        ({"path": str(EVEN), "model": "nobody"}, "There is no model called 'nobody'"),
        ({"path": str(ROOT / "README.md")}, "The file is not a picture"),
    ],
)
def test_error_is_a_sentence(arguments, sentence):
    assert sentence in ask(**arguments)


def test_command_serves_the_tool(tmp_path):
    environment = {**os.environ, "DIGITNET_DATA": str(tmp_path)}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "digitnet", "mcp"], env=environment, cwd=str(ROOT)
    )
    [page] = ask(server, path=str(EVEN))["pages"]
    assert [row["text"] for row in page["rows"]] == ["2047", "1385", "96"]


def test_tool_tells_models_how_to_call_it():
    async def list_tools():
        async with Client(make_mcp_server()) as client:
            return (await client.list_tools()).tools

    [tool] = anyio.run(list_tools)
    assert tool.name == "read_numbers"
    assert tool.description.startswith("Read the handwritten digits")
    assert tool.annotations.read_only_hint
    assert all(value["description"] for value in tool.input_schema["properties"].values())

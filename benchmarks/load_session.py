"""Be a browser for the app's server: open a page, draw strokes, press buttons, upload photos, over the websocket.

Messages are those that Chromium was seen to send; the protocol buffers are Streamlit's own.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

CANVAS, UPLOADER = "canvas", "uploader"  # Names of elements that have no label.
WAIT_SECONDS = 300.0  # A busy server is slow, not gone.


class LoadError(Exception):
    """The server did not do as a browser expects."""


@dataclass
class Element:
    """An element of a page that takes input: its id, and the fragment that it belongs to."""

    id: str
    fragment: str


@dataclass
class Run:
    """A run of the page's script: its elements by their names, the texts that it showed, and where it led to."""

    elements: dict[str, Element] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    redirect: str = ""
    has_failed: bool = False


class Session:
    """A tab of a browser.

    Args:
        url: address of the server.
        headers: headers of each request, such as a cookie.
        context: for TLS with certificates of one's own, else None.

    Attributes:
        elements: elements of the page by name.
        token: token against forged requests, by default that of the server's cookie.
        wanted_id: id of a session to go on with, "" for a new one.
        id: id of the session, once a page is open.
    """

    def __init__(self, url: str, headers: dict[str, str] | None = None, context: Any = None) -> None:
        self._url, self._context, self._headers = url.rstrip("/"), context, headers or {}
        self._http = httpx.AsyncClient(headers=headers, verify=context or True, timeout=WAIT_SECONDS)
        self._states: dict[str, WidgetState] = {}
        self._page = ""
        self._texts: list[str] = []  # That the last run showed.
        self.elements: dict[str, Element] = {}
        self.token = self.id = self.wanted_id = ""

    async def __aenter__(self) -> Self:
        (await self._http.get(self._url, headers={"Accept": "text/html"})).raise_for_status()
        await self._http.get(f"{self._url}/_stcore/health")  # It sets the cookie against forged requests.
        self.token = self.token or self._http.cookies.get("_streamlit_xsrf") or "x"
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        self._socket = await websockets.connect(
            f"{self._url.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit", self.token, *[self.wanted_id] * bool(self.wanted_id)],  # type: ignore[list-item]
            additional_headers={**self._headers, "Cookie": cookies, "Origin": self._url},
            max_size=None,
            ssl=self._context,
            open_timeout=WAIT_SECONDS,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._http.aclose()

    def add_cookies(self, cookies: dict[str, str]) -> None:
        """Have cookies of an earlier session, before this one begins."""
        self._http.cookies.update(cookies)

    async def open(self, page: str = "") -> Run:
        """Open a page by the end of its address, "" for the first."""
        self._page = page
        self._states.clear()
        self.elements.clear()
        return await self._run("")

    async def draw(self, drawing: str) -> Run:
        """Report a drawing as the canvas does: JSON of the strokes and of their picture."""
        canvas = self._find(CANVAS)
        self._states[canvas.id] = WidgetState(id=canvas.id, json_value=drawing)
        return await self._run(canvas.fragment)

    async def press(self, label: str) -> Run:
        """Press a button."""
        button = self._find(label)
        pressed = WidgetState(id=button.id, trigger_value=True)
        return await self._run(button.fragment, pressed)

    async def upload(self, name: str, content: bytes) -> Run:
        """Upload a file by the page's uploader."""
        uploader = self._find(UPLOADER)
        request = BackMsg()
        request.file_urls_request.request_id = name
        request.file_urls_request.file_names.append(name)
        await self._socket.send(request.SerializeToString())
        while (message := await self._receive()).WhichOneof("type") != "file_urls_response":
            pass
        urls: FileURLs = message.file_urls_response.file_urls[0]
        token = self._http.cookies.get("_streamlit_xsrf") or ""
        headers = {"X-Xsrftoken": token, "Origin": self._url}
        answer = await self._http.put(
            f"{self._url}/{urls.upload_url.lstrip('/')}", files={name: (name, content)}, headers=headers
        )
        answer.raise_for_status()
        state = WidgetState(id=uploader.id)
        info = UploadedFileInfo(name=name, size=len(content), file_id=urls.file_id, file_urls=urls)
        state.file_uploader_state_value.uploaded_file_info.append(info)
        self._states[uploader.id] = state
        return await self._run(uploader.fragment)

    def _find(self, name: str) -> Element:
        if name not in self.elements:
            raise LoadError(f"The page has no {name!r}; it has {sorted(self.elements)} and says {self._texts}.")
        return self.elements[name]

    async def _run(self, fragment: str, *pressed: WidgetState) -> Run:
        """Have the script run, and wait until it has."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.context_info.url, rerun.context_info.timezone, rerun.context_info.locale = self._url, "UTC", "en-US"
        rerun.page_name, rerun.fragment_id = self._page, fragment
        rerun.widget_states.widgets.extend([*self._states.values(), *pressed])
        await self._socket.send(message.SerializeToString())
        return await self.watch()

    async def watch(self) -> Run:
        """Wait until the script has run, whoever asked for it."""
        run = Run()
        while True:
            received = await self._receive()
            kind = received.WhichOneof("type")
            if kind == "delta" and received.delta.WhichOneof("type") == "new_element":
                _note(run, received)
            elif kind == "new_session":
                self.id = received.new_session.initialize.session_id
            elif kind == "auth_redirect":
                run.redirect = received.auth_redirect.url
            elif kind == "script_finished" and received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                break
        self.elements.update(run.elements)
        self._texts = run.texts
        return run

    async def _receive(self) -> ForwardMsg:
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(self._socket.recv(decode=False), WAIT_SECONDS))
        return message


async def measure(action: Any) -> tuple[float, Run]:
    """Wait for an action of a session; return its seconds and its run."""
    start = time.perf_counter()
    run = await action
    return time.perf_counter() - start, run


def _note(run: Run, message: ForwardMsg) -> None:
    """Note an element by its label, and its text."""
    element = message.delta.new_element
    kind = element.WhichOneof("type") or "empty"
    content = getattr(element, kind)
    name = getattr(content, "label", "")
    if kind == "bidi_component" and content.component_name.endswith("drawable_canvas"):
        name = CANVAS
    elif kind == "file_uploader":
        name = UPLOADER
    if name and getattr(content, "id", ""):
        run.elements[name] = Element(content.id, message.delta.fragment_id)
    if kind in ("markdown", "code", "alert"):
        run.texts.append(getattr(content, "body", "") or getattr(content, "code_text", ""))
    run.has_failed |= kind == "exception" or (kind == "alert" and content.format == Alert.ERROR)

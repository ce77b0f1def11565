"""The running server takes only what its own pages send, and not much of it."""

import base64
import os
import socket
import struct
import urllib.error
import urllib.request
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

MEGABYTE = 2**20
TOO_BIG = struct.pack(">H", 1009)  # Stands in the frame that ends the connection.


def open_websocket(address):
    """Return a socket on which the app's websocket has been granted."""
    parts = urlsplit(address)
    raw = socket.create_connection((parts.hostname, parts.port), timeout=300)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Origin: {address}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    ]
    raw.sendall("\r\n".join([*lines, "", ""]).encode())
    assert raw.recv(12) == b"HTTP/1.1 101"
    return raw


def put(url, content, headers):
    request = urllib.request.Request(url, content, headers, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(("megabytes", "is_refused"), [(15, False), (17, True)])
def test_large_message_is_refused_before_it_is_sent(megabytes, is_refused, address):
    with open_websocket(address) as raw:
        raw.sendall(struct.pack(">BBQ4s", 0x82, 0x80 | 127, megabytes * MEGABYTE, bytes(4)))
        raw.settimeout(3)
        answer = b""
        with suppress(TimeoutError):
            while part := raw.recv(65536):
                answer += part
        assert (TOO_BIG in answer) == is_refused


def test_upload_without_the_token_of_the_page_is_refused(address):
    url = f"{address}/_stcore/upload_file/session/file"
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    assert put(url, b"--x--", boundary) == 403
    assert put(url, b"--x--", {**boundary, "X-Xsrftoken": "2|0|0|0", "Cookie": "_streamlit_xsrf=2|1|1|1"}) == 403


def test_cookie_of_the_token_is_for_this_site_alone(address):
    with urllib.request.urlopen(f"{address}/_stcore/host-config", timeout=300) as answer:
        cookies = [*(answer.headers.get_all("set-cookie") or [])]
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=300) as answer:
        cookies += [*(answer.headers.get_all("set-cookie") or [])]
    assert any(cookie.startswith("_streamlit_xsrf=") for cookie in cookies)
    assert all("SameSite=Lax" in cookie for cookie in cookies)

"""The proxy's limits and what it tells the servers behind it, seen at stand-ins for them."""

import json
import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.nginx.proxy import proxying

MEGABYTE = 2**20


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers and the number of bytes it got, and the server's port."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = {"port": self.server.server_port, "bytes": len(body), "headers": dict(self.headers)}
        content = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = answer  # noqa: N815

    def log_message(self, *_):
        pass


@contextmanager
def echoing():
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def servers():
    """Two stand-ins by port; a function of each ends it."""
    with ExitStack() as stack:
        ends = {}
        for _ in range(2):
            end = ExitStack()
            ends[end.enter_context(echoing()).server_port] = end.close
            stack.callback(end.close)
        yield ends


@pytest.fixture
def proxy(request, tmp_path, servers):
    with proxying(tmp_path / "nginx", [*servers], unit=getattr(request, "param", "r/s")) as running:
        yield running


@pytest.fixture
def open_browser(proxy):
    """A function that opens a client with cookies of its own."""
    with ExitStack() as stack:

        def open_client():
            return stack.enter_context(httpx.Client(base_url=proxy.url, verify=str(proxy.certificate), timeout=300))

        yield open_client


def test_plain_address_leads_to_tls(proxy):
    answer = httpx.get(f"{proxy.plain_url}/photos?x=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "https://127.0.0.1/photos?x=1")


def test_browser_stays_with_one_process(open_browser):
    browsers = [open_browser() for _ in range(12)]
    ports = [{browser.get("/").json()["port"] for _ in range(4)} for browser in browsers]
    assert [len(seen) for seen in ports] == [1] * 12
    assert len(set.union(*ports)) == 2  # Both processes have some.


def test_browser_of_a_process_that_is_gone_goes_to_another(open_browser, servers):
    browsers = [open_browser() for _ in range(8)]
    ports = [browser.get("/").json()["port"] for browser in browsers]
    gone = ports[0]
    servers[gone]()
    (left,) = set(servers) - {gone}
    assert {browser.get("/").json()["port"] for browser in browsers} == {left}


def test_cookie_is_set_once_and_for_tls_alone(open_browser):
    browser = open_browser()
    cookie = browser.get("/").headers["set-cookie"]
    assert all(flag in cookie for flag in ("digitnet_server=", "HttpOnly", "Secure", "SameSite=Lax"))
    assert "set-cookie" not in browser.get("/").headers


def test_forged_cookie_is_replaced(open_browser):
    answer = open_browser().get("/", headers={"Cookie": "digitnet_server=x"})
    assert "digitnet_server=" in answer.headers["set-cookie"]


def test_address_that_a_visitor_claims_is_replaced(open_browser):
    claimed = {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "http", "X-Real-IP": "9.9.9.9", "Forwarded": "for=9"}
    for path in ("/", "/_stcore/stream", "/_stcore/upload_file/a/b", "/api/read"):
        headers = open_browser().get(path, headers=claimed).json()["headers"]
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["X-Forwarded-Proto"] == "https"
        assert not {"X-Real-IP", "Forwarded"} & set(headers)


@pytest.mark.parametrize(
    ("path", "megabytes", "status"),
    [
        ("/", 0.9, 200),
        ("/", 1.1, 413),
        ("/_stcore/upload_file/a/b", 40.5, 200),
        ("/api/read", 41.5, 413),
        ("/api/read-batch", 100.5, 200),
        ("/api/read-batch", 101.5, 413),
    ],
)
def test_bodies_are_limited(path, megabytes, status, open_browser):
    answer = open_browser().put(path, content=bytes(int(megabytes * MEGABYTE)))
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/_stcore/metrics", "/owner/key", "/_stcore/agent/sessions"])
def test_what_is_for_the_operator_is_not_there(path, open_browser):
    assert open_browser().get(path).status_code == 404


@pytest.mark.parametrize("proxy", ["r/m"], indirect=True, ids=["minutes"])  # A busy machine asks slowly.
@pytest.mark.parametrize(("path", "allowed"), [("/_stcore/stream", 80), ("/api/read", 40)])
def test_too_many_requests_are_refused(path, allowed, open_browser):
    browser = open_browser()
    statuses = [browser.get(path).status_code for _ in range(allowed * 2)]
    assert statuses[:allowed] == [200] * allowed
    assert 429 in statuses[allowed:]
    assert browser.get("/static/index.js").status_code == 200

"""Streamlit's own interfaces are closed on a running server."""

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from digitnet.access.api_keys import add_key
from digitnet.access.roles import Role
from digitnet.server.middleware import list_middleware

AGENT_PATHS = ["interact", "openapi.json", "mcp", "mcp/", "anything", ""]


@pytest.fixture
def ask(settings):
    """A function that asks a server, which answers every path, from this machine or from elsewhere."""
    app = Starlette(
        routes=[Route("/{path:path}", lambda _: PlainTextResponse("figures"), methods=["GET", "POST"])],
        middleware=list_middleware(),
    )

    def send(path, address="127.0.0.1", method="GET", **headers):
        return TestClient(app, base_url="http://localhost", client=(address, 50000)).request(
            method, path, headers=headers
        )

    return send


def test_streamlit_is_told_to_keep_its_agent_interface_off():
    assert not st.get_option("server.enableAgentApi")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", AGENT_PATHS)
def test_agent_interface_is_closed_even_to_the_owner(path, method, ask):
    assert ask(f"/_stcore/agent/{path}", method=method).status_code == 404


def test_figures_of_streamlit_are_the_owners(ask):
    assert ask("/_stcore/metrics").text == "figures"
    reader, owner = (f"Bearer {add_key(role.name, role)}" for role in (Role.READER, Role.OWNER))
    for path in ("/_stcore/metrics", "/_stcore/metrics/", "/base/_stcore/metrics"):
        assert ask(path, "192.0.2.7").status_code == 401
        assert ask(path, "192.0.2.7", Authorization=reader).status_code == 403
        assert ask(path, "192.0.2.7", Authorization=owner).text == "figures"


def test_page_of_another_site_gets_no_figures(ask):
    assert ask("/_stcore/metrics", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_other_paths_pass(ask):
    assert ask("/_stcore/health", "192.0.2.7").text == "figures"

"""Find out who asks for a request, or for what a session of the pages does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import HTTPConnection
from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.session_manager import ClientContext

from digitnet.access.callers import Caller
from digitnet.access.visits import Visit, find_visitor, is_loopback_name, to_headers
from digitnet.server.sign_ins import read_claims

_CLIENT = "digitnet_client"  # Attribute of a script's context: a run goes on for a moment after its tab was closed.
_visitors: WeakKeyDictionary[ClientContext, Caller] = WeakKeyDictionary()  # Those who have not signed in.


def find_session_caller() -> Caller | None:
    """Return who has opened the session whose script runs in this thread, None in other threads.

    Who has signed in is looked at anew each time, because a sign-in ends.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():
        return None
    client = runtime.get_instance().get_client(context.session_id)
    connection = client.client_context if client else getattr(context, _CLIENT, None)
    if connection is None:
        return None
    setattr(context, _CLIENT, connection)
    return _find_caller(connection, dict(context.user_info))


def find_tab_caller(session: str) -> Caller | None:
    """Return who has opened a session, None if it is not connected to a browser."""
    streamlit = runtime.get_instance()
    client, tab = streamlit.get_client(session), streamlit.get_app_session(session)
    connection = client.client_context if client else None
    return _find_caller(connection, dict(tab._user_info)) if connection and tab else None


def find_request_caller(request: HTTPConnection) -> Caller:
    """Return who asks for a request beside the pages; that somebody has signed in to the pages does not count.

    A page of another site could make a browser ask with the cookie of a sign-in.
    """
    return find_visitor(to_visit(request))


def find_cookie_caller(request: HTTPConnection) -> Caller:
    """Return who asks for a page, by the cookie of a sign-in, too; only to count, see `find_request_caller`."""
    return find_visitor(replace(to_visit(request), claims=read_claims(request.cookies)))


def to_visit(request: HTTPConnection) -> Visit:
    """Return what a request brings with it, without the claims of somebody who has signed in."""
    peer = request.client.host if request.client else ""
    headers = to_headers(request.headers.raw)
    return Visit(peer, headers, request.cookies, is_server_private=_is_server_private())


def _find_caller(connection: ClientContext, claims: Mapping[str, Any]) -> Caller:
    if claims.get("is_logged_in") is True:
        return find_visitor(_to_visit(connection, claims))
    if connection not in _visitors:
        _visitors[connection] = find_visitor(_to_visit(connection))
    return _visitors[connection]


def _to_visit(connection: ClientContext, claims: Mapping[str, Any] | None = None) -> Visit:
    peer, headers = connection.remote_ip or "", tuple(connection.headers)
    return Visit(peer, headers, connection.cookies, claims or {}, _is_server_private())


def _is_server_private() -> bool:
    """Return whether the server listens on a loopback address; without an address it listens on all."""
    return is_loopback_name(config.get_option("server.address") or "")

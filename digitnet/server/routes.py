"""List the routes that the server has beside the pages."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from digitnet.access import owner_keys
from digitnet.server.api import list_api_routes
from digitnet.server.base_path import get_base_path
from digitnet.server.health import answer_health
from digitnet.server.owner_link import take_owner_key


def list_routes() -> list[BaseRoute]:
    """Return the routes beside the pages; they come before those of Streamlit, below the same path."""
    base = get_base_path()
    return [
        Route(f"{base}/healthz", answer_health),
        Route(f"{base}{owner_keys.PATH}/{{key}}", take_owner_key),
        *list_api_routes(base),
    ]

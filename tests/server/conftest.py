"""A client of the server's routes, in this process."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from digitnet.server.middleware import list_middleware
from digitnet.server.routes import list_routes


@pytest.fixture
def client():
    with TestClient(
        Starlette(routes=list_routes(), middleware=list_middleware()), base_url="http://localhost"
    ) as client:
        yield client

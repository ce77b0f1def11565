"""Answer which models there are."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digitnet.models import store
from digitnet.models.active import get_active_model
from digitnet.models.card import read_card


async def answer_models(_request: Request) -> Response:
    """Answer all models, the default first."""
    return JSONResponse({"models": await to_thread.run_sync(_list_models)})


def _list_models() -> list[dict[str, Any]]:
    active = get_active_model()
    return [_describe(name, active) for name in store.list_models()]


def _describe(name: str, active: str) -> dict[str, Any]:
    card = read_card(name)
    return {
        "name": name,
        "active": name == active,
        "recipe": card.recipe,
        "accuracy": card.accuracy,
        "loss": card.loss,
        "parameters": card.parameters,
        "bytes": card.size,
        "made": card.date,
    }

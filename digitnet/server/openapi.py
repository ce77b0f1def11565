"""Describe the API for programs, as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

import digitnet
from digitnet.server.base_path import get_base_path
from digitnet.server.parameters import PARAMETERS

_ERRORS = {
    400: "The request holds no file, or too many.",
    401: "The key is missing or wrong.",
    403: "The key does not allow this, or a page of another site asks.",
    405: "The method is another one.",
    408: "The files took too long to arrive.",
    413: "The files are too large.",
    415: "The body is no picture, PDF or form.",
    422: "A parameter is wrong, or the file cannot be read.",
    429: "Too many files were sent within a minute; Retry-After says when to send the next.",
    499: "The client has left.",
    500: "An unexpected error occurred.",
    503: "The server is busy; Retry-After says when to try again.",
    504: "The files were not read in time.",
}
_BOX: dict[str, Any] = {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4}
_CONFIDENCE: dict[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "integer"}
_FLAG: dict[str, Any] = {"type": "boolean"}


def describe_api() -> dict[str, Any]:
    """Return the description of all routes."""
    file = {"type": "string", "format": "binary"}
    query = [
        {
            "name": name,
            "in": "query",
            "description": parameter.about,
            "schema": {"type": "array", "items": parameter.schema} if parameter.repeats else parameter.schema,
        }
        for name, parameter in PARAMETERS.items()
    ]
    named = {"name": "file", "in": "query", "description": "Name of the file, as the answer has it.", "schema": _TEXT}
    one = {kind: {"schema": file} for kind in ("image/png", "image/*", "application/pdf", "application/octet-stream")}
    one["multipart/form-data"] = {"schema": _object({"file": file})}
    several = {"multipart/form-data": {"schema": _object({"file": {"type": "array", "items": file, "minItems": 1}})}}
    reading_errors = tuple(_ERRORS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "digitnet",
            "version": digitnet.__version__,
            "description": 'Reads handwritten digits. Errors are a sentence: {"error": "..."}.',
        },
        "servers": [{"url": get_base_path() or "/"}],
        "security": [{"key": []}, {}],
        "paths": {
            "/api/read": {
                "post": _operation("Read the numbers on a picture or PDF.", "Readings", reading_errors)
                | {"parameters": [named, *query], "requestBody": {"required": True, "content": one}}
            },
            "/api/read-batch": {
                "post": _operation(
                    "Read several files; one that cannot be read gives an entry with an error.",
                    "Readings",
                    reading_errors,
                )
                | {"parameters": query, "requestBody": {"required": True, "content": several}}
            },
            "/api/models": {"get": _operation("List the models.", "Models", (401, 403, 405, 500))},
            "/healthz": {"get": _operation("Say whether the server can read.", "Health", (503,)) | {"security": []}},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _describe_answers(),
        },
    }


def _operation(summary: str, answer: str, errors: tuple[int, ...]) -> dict[str, Any]:
    responses = {"200": {"description": "Done.", "content": _json(answer)}}
    responses |= {str(status): {"description": _ERRORS[status], "content": _json("Error")} for status in errors}
    return {"summary": summary, "responses": responses}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _describe_answers() -> dict[str, Any]:
    digit = {"digit": {"type": "integer", "minimum": 0, "maximum": 9}, "confidence": _CONFIDENCE, "box": _BOX}
    digit |= {"runner_up": {"type": ["integer", "null"]}, "doubtful": _FLAG, "corrected": _FLAG}
    sign = {"sign": _TEXT, "confidence": _CONFIDENCE, "doubtful": _FLAG, "corrected": _FLAG, "place": _NUMBER}
    sign |= {"box": {"anyOf": [_BOX, {"type": "null"}]}}
    number = {"text": _TEXT, "confidence": _CONFIDENCE, "box": _BOX, "digits_only": _TEXT}
    number |= {"cell": _list(_NUMBER), "value": {"type": ["number", "null"]}, "fits": _FLAG, "plain": _TEXT}
    row = {"text": _TEXT, "confidence": _CONFIDENCE, "box": _BOX, "digits_only": _TEXT}
    row |= {"numbers": _list(_object(number, ("value", "fits", "plain"))), "digits": _list(_object(digit))}
    row |= {"signs": _list(_object(sign))}
    entry = {"file": _TEXT, "error": _TEXT, "rows": _list(_object(row)), "refused": _list(_BOX), "page": _NUMBER}
    entry |= {"pages": _NUMBER, "note": _TEXT, "table": _list(_NUMBER), "lines": _list(_BOX), "grid": _list(_BOX)}
    entry |= {"sheets": _list(_list(_list({"type": "number"}))), "turn": {"type": "number"}}
    entry |= {"slope": {"type": "number"}, "mirrored": _FLAG, "expect": _TEXT, "notes": _list(_TEXT)}
    model = {"name": _TEXT, "active": _FLAG, "recipe": _TEXT, "made": _TEXT}
    model |= {name: {"type": ["number", "null"]} for name in ("accuracy", "loss", "parameters", "bytes")}
    about = "A line of `digitnet read --json`: the rows, numbers and digits of a page, or the error of a file."
    return {
        "Readings": _object({"readings": _list({"$ref": "#/components/schemas/Entry"})}),
        "Entry": {**_object(entry, tuple(entry)[1:]), "description": about},
        "Models": _object({"models": _list(_object(model))}),
        "Health": _object({"status": {"const": "ok"}}),
        "Error": _object({"error": _TEXT}),
    }

"""Requests made of the description of the API get the answers that it describes, from a running server."""

import cv2
import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings, strategies
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from digitnet.paths import ROOT
from digitnet.preprocessing.images import to_png
from digitnet.server.openapi import describe_api
from digitnet.server.parameters import PARAMETERS
from tests.browser.app_server import serving

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CHECKS += [negative_data_rejection]


def write_number():
    picture = np.full((60, 120), 255, np.uint8)
    cv2.putText(picture, "173", (8, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 0, 3)
    return to_png(picture)


schemathesis.openapi.media_type("image/png", strategies.sampled_from([write_number(), write_number()[:99], b"\0"]))


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    with serving(tmp_path_factory, ROOT / "models", tmp_path_factory.mktemp("data")) as address:
        yield schemathesis.openapi.from_url(f"{address}/api/openapi.json")


PATHS = ["/api/read", "/api/read-batch", "/api/models", "/healthz"]


@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_described(path, mode, schema):
    operation = next(iter(schema[path].values()))

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case):
        case.call_and_validate(checks=CHECKS, timeout=300)

    try:
        check()
    except Unsatisfiable:
        assert path in PATHS[2:]  # Nothing can be wrong where nothing is sent.


def test_all_options_of_the_command_are_described():
    [named, *parameters] = describe_api()["paths"]["/api/read"]["post"]["parameters"]
    assert named["name"] == "file"
    assert [parameter["name"] for parameter in parameters] == list(PARAMETERS)

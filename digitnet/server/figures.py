"""Count what the server does, for Prometheus."""

from __future__ import annotations

import logging
from collections import Counter as Counts
from collections.abc import Iterable, Iterator
from typing import Any

from anyio import to_thread
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from streamlit import runtime

from digitnet.events import EVENTS
from digitnet.experiments.run import list_runs
from digitnet.workers.pool import get_pool

API = "api"  # Source of readings by requests; others are named by `events.noting_reading`.
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 120)

disable_created_metrics()  # type: ignore[no-untyped-call]  # The time at which each figure began; nobody asks for it.
_registry = CollectorRegistry()
_requests = Counter(
    "digitnet_requests", "Requests that were answered, but for those of pages.", ["route", "status"], registry=_registry
)
_seconds = Histogram(
    "digitnet_request_seconds", "Time from a request to its answer.", ["route"], buckets=_BUCKETS, registry=_registry
)
_readings = Counter("digitnet_readings", "Drawings, photos and pages that were read.", ["source"], registry=_registry)
_digits = Counter("digitnet_digits", "Digits that were found on them.", ["source"], registry=_registry)


class _ReadingCounter(logging.Handler):
    """Counts readings by their notes."""

    def emit(self, record: logging.LogRecord) -> None:
        facts = getattr(record, "facts", {})
        source = facts.get("source", API)
        if source != API and "digits" in facts:
            _readings.labels(source).inc()
            _digits.labels(source).inc(facts["digits"])


class _State(Collector):
    """The state of the server when it is asked."""

    def collect(self) -> Iterator[Metric]:
        load = get_pool().measure_load()
        yield GaugeMetricFamily("digitnet_workers", "Worker processes that may run.", load.workers)
        yield GaugeMetricFamily("digitnet_workers_busy", "Workers that read a file now.", load.busy)
        yield GaugeMetricFamily("digitnet_workers_waiting", "Files that wait for a worker.", load.waiting)
        yield GaugeMetricFamily("digitnet_sessions", "Pages that are open in browsers.", _count_sessions())
        trainings = GaugeMetricFamily("digitnet_trainings", "Unfinished trainings by their state.", labels=["state"])
        for state, count in Counts(run.read_status().state for run in list_runs()).items():
            trainings.add_metric([state], count)
        yield trainings


_registry.register(_State())
ProcessCollector(registry=_registry)


def count_request(route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    _requests.labels(route, status).inc()
    _seconds.labels(route).observe(seconds)


def count_readings(entries: Iterable[dict[str, Any]]) -> None:
    """Count entries of pages that were read, and their digits."""
    for entry in entries:
        if "rows" in entry:
            _readings.labels(API).inc()
            _digits.labels(API).inc(sum(len(row["digits"]) for row in entry["rows"]))


def count_readings_of_pages() -> None:
    """Count from now on the readings that the pages note."""
    EVENTS.setLevel(logging.INFO)
    EVENTS.addHandler(_ReadingCounter())


async def answer_figures(_request: Request) -> Response:
    """Answer all figures as Prometheus reads them."""
    content = await to_thread.run_sync(generate_latest, _registry)
    return Response(content, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


def _count_sessions() -> int:
    return runtime.get_instance()._session_mgr.num_active_sessions() if runtime.exists() else 0

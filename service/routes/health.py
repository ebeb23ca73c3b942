"""Alive, ready, and how it is going."""

from __future__ import annotations

import time
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from service.dependencies import ReaderCaller, StateOf, errors
from service.errors import NotReady
from service.schemas import Health

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", responses=errors(503))
async def readyz(state: StateOf) -> Health:
    """Index and encoder are loaded and have encoded a first question."""
    if not state.engine.ready:
        raise NotReady(state.engine.trouble or "Dịch vụ đang khởi động.", headers={"Retry-After": "1"})
    return Health(status="ready", generation=state.engine.generation)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(state: StateOf, caller: ReaderCaller) -> PlainTextResponse:
    """Prometheus text."""
    gauges = [("cchc_ready", float(state.engine.ready)), ("cchc_requests_in_flight", float(state.in_flight.count))]
    gauges += [(f'cchc_jobs{{state="{name}"}}', float(n)) for name, n in sorted(state.jobs.counts().items())]
    if state.engine.ready:
        with state.engine.lease() as engine:
            manifest = engine.generation.manifest
        age = time.time() - datetime.fromisoformat(manifest.created_at).timestamp()
        gauges += [
            (f'cchc_generation{{id="{manifest.generation}"}}', 1.0),
            ("cchc_index_age_seconds", age),
            ("cchc_index_reports", float(manifest.counts.reports)),
            ("cchc_index_passages", float(manifest.counts.passages)),
        ]
    return PlainTextResponse(state.metrics.text(gauges), media_type="text/plain; version=0.0.4")

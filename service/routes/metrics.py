"""How it is going, for Prometheus."""

from __future__ import annotations

import time
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from service.dependencies import ReaderCaller, StateOf

router = APIRouter(tags=["operation"])


@router.get(
    "/metrics", response_class=Response, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
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

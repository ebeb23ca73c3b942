"""The HTTP service: `create_app` is what every worker process calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Security
from starlette.middleware.cors import CORSMiddleware

from service import docs_page
from service.dependencies import BEARER, errors
from service.envelope import Envelope
from service.logging import configure_logging
from service.openapi import document_with_examples
from service.parent import end_with_supervisor
from service.problems import add_error_handlers
from service.routes import (
    ask,
    changes,
    chat,
    feedback,
    figures,
    generations,
    health,
    mcp,
    metrics,
    reports,
    review,
    widget,
)  # fmt: skip
from service.settings import load_settings
from service.state import State

_DESCRIPTION = "Hỏi đáp trên các báo cáo cải cách hành chính: số liệu đúng từng con số, đoạn văn có trích dẫn."


def create_app() -> FastAPI:
    """The application of one worker, with the settings of the environment. The engine is loaded in the background."""
    end_with_supervisor()
    settings = load_settings()
    configure_logging("api")
    state = State.open(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state.engine.start()
        app.state.mcp = assistants = mcp.McpEndpoint(state)
        if state.workers.joins():  # in place of one that died: questions are the others' until this one can answer
            await state.engine.loaded()
        yield
        await assistants.close()
        if state.writer is not None:
            await state.writer.close()
        state.close()

    app = FastAPI(
        title="Trợ lý cải cách hành chính",
        description=_DESCRIPTION,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=errors(400, 401, 408, 413, 422, 429, 503),
        generate_unique_id_function=lambda route: route.name,
        contact={"name": "Đơn vị vận hành dịch vụ này"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.service = state
    documented = [Security(BEARER)] if settings.keys_required else []
    for routes in (ask, chat, reports, figures, review, changes, generations, feedback, mcp, metrics):
        app.include_router(routes.router, dependencies=documented)
    app.include_router(health.router)
    app.include_router(widget.router)
    if settings.docs:
        app.include_router(docs_page.router)
    add_error_handlers(app)
    document_with_examples(app)
    if settings.cors_origins:
        app.add_middleware(  # any header: OpenAI's client and those of MCP send some of their own
            CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["GET", "POST"], allow_headers=["*"],
            expose_headers=["X-Request-ID", "Retry-After"],
        )  # fmt: skip
    app.add_middleware(Envelope, settings=settings, metrics=state.metrics)
    return app

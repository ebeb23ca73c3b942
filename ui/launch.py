"""Starts the chat: `python -m ui.launch`, told by the environment where to listen and which API to ask."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

import structlog

from ui.settings import Settings
from ui.shell import build_app
from ui.theme import THEME


def main() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    settings = Settings.from_environment()
    app = build_app(settings)
    # Streamlit greets in English and names the address; whoever starts the chat has said both better.
    with redirect_stdout(None):
        app.run(
            config={
                "server.address": settings.host,
                "server.port": settings.port,
                "server.headless": True,
                "server.fileWatcherType": "none",
                "browser.gatherUsageStats": False,
                "client.toolbarMode": "minimal",
                "client.showErrorDetails": "none",
                "client.showErrorLinks": False,
                "secrets.files": [str(settings.secrets)],
                **THEME,
            }
        )


if __name__ == "__main__":
    main()

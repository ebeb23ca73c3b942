"""Starts the chat: `python -m ui.launch`, told by the environment where to listen and which API to ask."""

from __future__ import annotations

from ui.settings import Settings
from ui.shell import build_app
from ui.theme import THEME


def main() -> None:
    settings = Settings.from_environment()
    build_app(settings).run(
        config={
            "server.address": settings.host,
            "server.port": settings.port,
            "server.headless": True,
            "server.fileWatcherType": "none",
            "server.maxUploadSize": 200,
            "browser.gatherUsageStats": False,
            "client.toolbarMode": "minimal",
            "client.showErrorDetails": "none",
            "client.showErrorLinks": False,
            "logger.level": "warning",
            **THEME,
        }
    )


if __name__ == "__main__":
    main()

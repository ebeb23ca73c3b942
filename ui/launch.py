"""Starts the chat: `python -m ui.launch`, told by the environment where to listen and which API to ask."""

from __future__ import annotations

from contextlib import redirect_stdout

from ui.settings import Settings
from ui.shell import build_app
from ui.theme import THEME


def main() -> None:
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

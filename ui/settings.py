"""Where the chat listens, which API it asks and where it keeps conversations."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    api_url: str
    api_key: str | None
    """A reader's key, where the service asks for one; it stays on this server."""
    host: str
    port: int
    data: Path

    @classmethod
    def from_environment(cls) -> Settings:
        environment = os.environ
        return cls(
            api_url=environment.get("CCHC_API_URL", "http://127.0.0.1:8000").rstrip("/"),
            api_key=environment.get("CCHC_API_KEY") or None,
            host=environment.get("CCHC_HOST", "127.0.0.1"),
            port=int(environment.get("CCHC_UI_PORT", "8501")),
            data=Path(environment.get("CCHC_DATA", "var")) / "ui",
        )

"""Where the chat listens, which API it asks, where it keeps conversations, and who must sign in."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Login:
    """Who of those who sign in with an account are operators, by address, and the key to act for them with."""

    operators: frozenset[str]
    operator_key: str | None


@dataclass(frozen=True)
class Settings:
    api_url: str
    api_key: str | None
    """A reader's key, where the service asks for one; it stays on this server."""
    host: str
    port: int
    data: Path
    secrets: Path
    """Streamlit's secrets file; where it has a section `[auth]`, readers sign in with an account."""
    login: Login | None

    @classmethod
    def from_environment(cls) -> Settings:
        """
        Raises:
            ValueError: the secrets file is no TOML.
        """
        environment = os.environ
        data = Path(environment.get("CCHC_DATA", "var")) / "ui"
        secrets = Path(environment.get("CCHC_UI_SECRETS", data / "secrets.toml"))
        return cls(
            api_url=environment.get("CCHC_API_URL", "http://127.0.0.1:8000").rstrip("/"),
            api_key=environment.get("CCHC_API_KEY") or None,
            host=environment.get("CCHC_HOST", "127.0.0.1"),
            port=int(environment.get("CCHC_UI_PORT", "8501")),
            data=data,
            secrets=secrets,
            login=_login(secrets),
        )


def _login(secrets: Path) -> Login | None:
    if not secrets.is_file():
        return None
    said: dict[str, Any] = tomllib.loads(secrets.read_text(encoding="utf-8"))
    if "auth" not in said:
        return None
    ours = said.get("cchc", {})
    operators = frozenset(str(address).lower() for address in ours.get("operators", ()))
    return Login(operators, ours.get("operator_key") or None)

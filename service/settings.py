"""What the environment says (`CCHC_…`), checked once at start, with a sentence for each value that can't be used."""

from __future__ import annotations

import base64
import difflib
import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_PREFIX = "CCHC_"
_ORIGIN = re.compile(r"https?://[^/\s,*;'\"]+")
_ADDRESS = re.compile(r"https?://[^/\s]+(/\S*)?")
_Port = Annotated[int, Field(ge=1, le=65535, description="một số cổng từ 1 đến 65535")]
_Flag = Annotated[bool, Field(description="true hoặc false")]


class SettingsError(Exception):
    """One sentence for each setting that can't be used."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """Where the service listens, where it keeps things, who may do what, and its limits.

    The description of a field completes the sentence "CCHC_… phải là …".
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, env_ignore_empty=True)

    host: Annotated[str, Field(min_length=1, description="địa chỉ để lắng nghe, ví dụ 127.0.0.1 hoặc 0.0.0.0")] = (
        "127.0.0.1"
    )
    port: _Port = 8000
    ui_port: _Port = 8501
    data: Annotated[Path, Field(description="thư mục dữ liệu")] = Path("var")
    encoder: Annotated[str | None, Field(description="thư mục hoặc tên của một mô hình SentenceTransformer")] = None
    store: Annotated[
        str | None, Field(pattern=r"^postgres(ql)?://", description="địa chỉ PostgreSQL, dạng postgresql://…")
    ] = None
    """Where the corpus is served from, when not from the data directory."""
    inbox: Annotated[Path | None, Field(description="thư mục được theo dõi để nhận báo cáo mới")] = None
    workers: Annotated[int, Field(ge=1, le=64, description="số tiến trình trả lời, từ 1 đến 64")] = 1

    require_key: Annotated[bool | None, Field(description="true hoặc false")] = None
    """Whether questions need a key. Unset: only where the service listens beyond this machine."""
    allow_anonymous: _Flag = False
    """Listen beyond this machine even where no key was made and none is asked for."""
    cors_origins: Annotated[
        tuple[str, ...], NoDecode, Field(description="danh sách địa chỉ trang web, cách nhau bằng dấu phẩy")
    ] = ()
    widget_origins: Annotated[
        tuple[str, ...], NoDecode, Field(description="danh sách địa chỉ trang web, cách nhau bằng dấu phẩy")
    ] = ()
    """Sites that may show `/widget` in an iframe, whose visitors may then ask without a key. Unset: no such page."""
    docs: _Flag = False

    llm_model: Annotated[str | None, Field(description="tên mô hình ngôn ngữ")] = None
    llm_key: Annotated[SecretStr | None, Field(description="khóa của máy chủ mô hình ngôn ngữ, gồm ký tự ASCII")] = None
    llm_timeout: Annotated[float, Field(gt=0, le=600, description="số giây, từ 0 đến 600")] = 20.0
    llm_url: Annotated[
        str | None, Field(description="địa chỉ http(s)://…/v1 của máy chủ tương thích OpenAI, đặt cùng CCHC_LLM_MODEL")
    ] = None
    """A language model that puts answers into sentences. Unset: none does, and nothing needs it."""

    log_questions: _Flag = False

    webhook_secret: Annotated[
        SecretStr | None, Field(description="khóa ký ở dạng base64, ít nhất 16 byte, ví dụ từ: openssl rand -base64 32")
    ] = None
    webhook: Annotated[
        str | None, Field(description="địa chỉ http(s)://… nhận thông báo, đặt cùng CCHC_WEBHOOK_SECRET")
    ] = None
    """Where it is told that the corpus has changed."""

    rate_per_minute: Annotated[
        int | None, Field(ge=0, le=1_000_000, description="số lượt mỗi phút (0: không giới hạn)")
    ] = None
    """Requests a minute for each key or, without one, each address. Unset: 600, and no limit on loopback."""
    max_in_flight: Annotated[
        int, Field(ge=1, le=10_000, description="số câu hỏi được xử lý cùng lúc, từ 1 trở lên")
    ] = 64
    threads: Annotated[int, Field(ge=1, le=64, description="số luồng trả lời, từ 1 đến 64")] = 4
    ask_timeout: Annotated[float, Field(gt=0, le=600, description="số giây, từ 0 đến 600")] = 30.0
    body_timeout: Annotated[float, Field(gt=0, le=600, description="số giây, từ 0 đến 600")] = 30.0
    max_body_kb: Annotated[int, Field(ge=16, le=65_536, description="số KB, từ 16 đến 65536")] = 1024
    max_upload_mb: Annotated[int, Field(ge=1, le=4096, description="số MB, từ 1 đến 4096")] = 200
    upload_wait: Annotated[float, Field(ge=0, le=60, description="số giây, từ 0 đến 60")] = 5.0
    """How long an upload waits for its file to be read, so that an unreadable one is refused at once."""
    conversation_days: Annotated[int, Field(ge=1, le=3650, description="số ngày, từ 1 đến 3650")] = 30

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def keys_required(self) -> bool:
        """Whether a question needs a key."""
        if self.require_key is not None:
            return self.require_key
        return not self.is_loopback and not self.allow_anonymous

    @property
    def requests_per_minute(self) -> int:
        if self.rate_per_minute is not None:
            return self.rate_per_minute
        return 0 if self.is_loopback else 600

    @property
    def api_url(self) -> str:
        """Where a program on this machine reaches the API."""
        return f"http://{local_address(self.host)}:{self.port}"

    @property
    def ui_url(self) -> str:
        return f"http://{local_address(self.host)}:{self.ui_port}"

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            secret_bytes(value.get_secret_value())
        return value

    @field_validator("webhook")
    @classmethod
    def _has_a_secret(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and not (_ADDRESS.fullmatch(value) and info.data.get("webhook_secret")):
            raise ValueError
        return value

    @field_validator("llm_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError
        return value

    @field_validator("llm_url")
    @classmethod
    def _has_a_model(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and not (_ADDRESS.fullmatch(value) and info.data.get("llm_model")):
            raise ValueError
        return value

    @field_validator("cors_origins", "widget_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_origins", "widget_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError
        return value


_OF_THE_CLIENTS = ("API_URL", "API_KEY", "UI_SECRETS")
_NAMES = frozenset(name.upper() for name in (*Settings.model_fields, *_OF_THE_CLIENTS))
"""All settings there are; those of the chat and of `cchc mcp` are read where they are used."""


def secret_bytes(secret: str) -> bytes:
    """The key in `whsec_…` or plain base64, at least 16 bytes of it.

    Raises:
        ValueError: it is none.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    if len(key) < 16:
        raise ValueError("too short")
    return key


def load_settings() -> Settings:
    """
    Raises:
        SettingsError: a value can't be used.
    """
    named = (name.removeprefix(_PREFIX) for name in os.environ if name.startswith(_PREFIX))
    wrong = [_unknown(name) for name in named if name not in _NAMES]
    try:
        settings = Settings()
    except ValidationError as error:
        wrong += [_sentence(str(e["loc"][0]), e["input"]) for e in error.errors()]
        raise SettingsError(wrong) from None
    if wrong:
        raise SettingsError(wrong)
    return settings


def _unknown(name: str) -> str:
    """A slip of the pen in CCHC_REQUIRE_KEY, passed over, would let everybody in."""
    near = difflib.get_close_matches(name, _NAMES, n=1)
    instead = f"; có phải là {_PREFIX}{near[0]}?" if near else ". Hãy bỏ nó đi."
    return f"{_PREFIX}{name} không phải là một cấu hình{instead}"


def _sentence(field: str, value: object) -> str:
    about = Settings.model_fields[field]
    shown = "" if "SecretStr" in str(about.annotation) else f"; giá trị đang đặt là “{value}”"
    return f"{_PREFIX}{field.upper()} phải là {about.description}{shown}."


def local_address(host: str) -> str:
    """The address by which this machine reaches what listens on `host`."""
    if host in ("0.0.0.0", "::", ""):  # nosec B104  # compared with, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host

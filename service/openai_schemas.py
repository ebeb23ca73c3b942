"""The shapes of OpenAI's chat API, as far as its clients send and read them. What this service doesn't know it ignores."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.schemas import Calculation, Citation, Conflict, Figure, Status, Text

MODEL = "cchc"
"""The one model that is offered. A request may name any: clients come with all sorts of defaults."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Part(_Body):
    """A piece of a message. Only text is read."""

    type: str
    text: Text | None = None


class Message(_Body):
    role: str
    content: Text | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in ("text", "input_text") and part.text)
        return self.content or ""


class StreamOptions(_Body):
    include_usage: bool | None = None


class ChatRequest(_Body):
    model: Text = MODEL
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class Usage(BaseModel):
    """Tokens of the encoder's tokenizer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Reply(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    index: int = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """OpenAI's `chat.completion`, with the other fields of `/v1/ask` beside it; its `answer` is `content` without sources."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    status: Status
    citations: list[Citation]
    figures: list[Figure]
    calculation: Calculation | None
    conflicts: list[Conflict]
    suggestions: list[str]
    conversation_id: str
    generation: str
    prose: Literal["extractive", "model"]


class Delta(BaseModel):
    role: Literal["assistant"] | None = None
    content: str | None = None


class ChunkChoice(BaseModel):
    index: int = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Chunk(BaseModel):
    """A piece of a streamed completion. The first and the last with a choice carry citations and figures; the rest null."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: list[ChunkChoice]
    usage: Usage | None = None
    status: Status
    citations: list[Citation] | None = None
    figures: list[Figure] | None = None


class Model(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "cchc-assistant"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


class OpenAIErrorBody(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIError(BaseModel):
    error: OpenAIErrorBody

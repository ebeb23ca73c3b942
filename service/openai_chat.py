"""Between OpenAI's chat API and ours: `messages` are a question with its history, an answer is a completion."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator, Sequence

from corpus.periods import period_name
from corpus.text import collapse
from service.errors import InvalidFields
from service.markdown import plain_markdown
from service.openai_schemas import (
    ChatRequest,
    Choice,
    Chunk,
    ChunkChoice,
    Completion,
    Delta,
    Message,
    Reply,
    Usage,
)  # fmt: skip
from service.schemas import Answer, AskRequest, Citation, Turn

_TURNS = 24
_TURN_LIMIT = 20_000
_QUOTE = 200
_PIECE = re.compile(r"\S+\s*|\s+")


def as_question(request: ChatRequest) -> AskRequest:
    """The last message of the user is the question, what the two said before it the history.

    System messages tell a model how to write; nothing here follows instructions, so they are passed over.

    Raises:
        InvalidFields: nobody asks anything.
    """
    messages = request.messages
    last = next((at for at in reversed(range(len(messages))) if messages[at].role == "user"), None)
    if last is None or not messages[last].text.strip():
        problem = {"field": "messages", "problem": "không có câu hỏi của người dùng"}
        raise InvalidFields("Không có câu hỏi nào trong messages.", {"fields": [problem]})
    return AskRequest(question=messages[last].text, history=_history(messages[:last]))


def _history(messages: Sequence[Message]) -> list[Turn]:
    said: list[Turn] = []
    for message in messages:
        text = message.text[:_TURN_LIMIT]
        if message.role == "user" and text.strip():
            said.append(Turn(role="user", content=text))
        elif message.role == "assistant" and text.strip():
            said.append(Turn(role="assistant", content=text))
    return said[-_TURNS:]


def as_text(answer: Answer) -> str:
    """The answer with its sources below, for clients that show nothing else."""
    if not answer.citations:
        return answer.answer
    return "\n".join([answer.answer, "", "Nguồn:", *(f"- {_source(answer, c)}" for c in answer.citations)])


def _source(answer: Answer, citation: Citation) -> str:
    figure = next((f for f in answer.figures if f.report_id == citation.report_id), None)
    where = [
        citation.report_number or citation.report_title,
        figure.issuer if figure else None,
        period_name(figure.period, figure.year) if figure and figure.year else None,
        citation.section_title,
        f"trang {citation.page}" if citation.page is not None else None,
    ]
    quote = collapse(citation.quote.strip().replace("\t", " · "))  # a "|" would be shown with a backslash before it
    if len(quote) > _QUOTE:
        quote = f"{quote[:_QUOTE].rsplit(' ', 1)[0]}…"
    # Not "[1]: …", which Markdown takes for the target of a link and doesn't show.
    places = ", ".join(plain_markdown(collapse(part)) for part in where if part)
    return f"[{citation.id}] {places}: “{plain_markdown(quote)}”"


def as_completion(answer: Answer, usage: Usage) -> Completion:
    return Completion(
        id=_new_id(), created=int(time.time()), choices=[Choice(message=Reply(content=as_text(answer)))], usage=usage,
        status=answer.status, citations=answer.citations, figures=answer.figures, calculation=answer.calculation,
        conflicts=answer.conflicts, suggestions=answer.suggestions, conversation_id=answer.conversation_id,
        generation=answer.generation, prose=answer.prose,
    )  # fmt: skip


def as_events(answer: Answer, usage: Usage | None) -> Iterator[bytes]:
    """The same as server-sent events; `usage` where the client asked for it, in a chunk of its own as OpenAI does."""
    head = Chunk(id=_new_id(), created=int(time.time()), choices=[], status=answer.status)
    sourced = head.model_copy(update={"citations": answer.citations, "figures": answer.figures})
    yield _event(sourced, Delta(role="assistant", content=""))
    for piece in _PIECE.findall(as_text(answer)):
        yield _event(head, Delta(content=piece))
    yield _event(sourced, Delta(), finished=True)
    if usage is not None:
        yield _data(head.model_copy(update={"usage": usage}))
    yield b"data: [DONE]\n\n"


def _event(chunk: Chunk, delta: Delta, finished: bool = False) -> bytes:
    choice = ChunkChoice(delta=delta, finish_reason="stop" if finished else None)
    return _data(chunk.model_copy(update={"choices": [choice]}))


def _data(chunk: Chunk) -> bytes:
    return f"data: {chunk.model_dump_json()}\n\n".encode()


def _new_id() -> str:
    return f"chatcmpl-{secrets.token_hex(12)}"

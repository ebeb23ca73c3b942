"""What people think of an answer."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.database import now
from service.dependencies import ReaderCaller, StateOf, errors
from service.errors import NotFound
from service.schemas import FeedbackRequest

router = APIRouter(tags=["ask"])


@router.post("/v1/feedback", status_code=204, responses=errors(404))
def give_feedback(body: FeedbackRequest, state: StateOf, caller: ReaderCaller) -> Response:
    """Rate a conversation's last answer. Once this is answered, the rating is on the disk."""
    generation = state.conversations.generation(body.conversation_id)
    if generation is None:
        raise NotFound("Không tìm thấy cuộc trò chuyện này.")
    with state.database.transaction() as db:
        db.execute(
            "INSERT INTO feedback (conversation_id, rating, reason, generation, at) VALUES (?, ?, ?, ?, ?)",
            (body.conversation_id, body.rating, body.reason, generation, now()),
        )
    state.metrics.count(f'cchc_feedback_total{{rating="{body.rating}"}}')
    return Response(status_code=204)

"""Changing the corpus: reports in, reports out, everything anew. For operators; each change is a job."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from corpus.errors import UnreadableReport
from service.audit import Actor
from service.dependencies import LeasedEngine, OperatorActor, StateOf, errors
from service.describing import described, refuse_twin
from service.errors import InvalidFields, NotFound
from service.jobs import Job, Stage
from service.listing import summary
from service.routes.reports import visible
from service.schemas import DescribeRequest, JobList, ReportSummary
from service.schemas import Job as JobBody
from service.state import State
from service.uploads import Upload, receive, refusal_of, safe_name, unreadable

router = APIRouter(tags=["corpus"])

_POLL = 0.05
_JUST_NOW = 60.0  # a worker that hasn't changed over by then can't
_IN_SOME_WORKERS = 0.99
_STAGES: dict[Stage, str] = {
    "queued": "đang chờ",
    "waiting": "đang chờ lượt",
    "reading": "đang đọc tệp",
    "embedding": "đang mã hóa các đoạn",
    "writing": "đang ghi chỉ mục",
    "publishing": "đang đưa vào sử dụng",
    "done": "đã xong",
    "failed": "không thực hiện được",
}
_MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "replace": {
                            "type": "boolean",
                            "default": False,
                            "description": "Take the place of the report with the same number, issuer and year.",
                        },
                    },
                }
            }
        },
    }
}
JobId = Annotated[str, Path(max_length=64)]


@router.post(
    "/v1/reports",
    status_code=202,
    response_model=JobBody,
    responses=errors(401, 403, 409, 415) | {200: {"model": ReportSummary, "description": "These very bytes are there"}},
    openapi_extra=_MULTIPART,
)
async def add_report(request: Request, state: StateOf, actor: OperatorActor) -> Response:
    """Hand in a report. A file that can't be read is refused at once where reading it takes only seconds."""
    async with request.form(max_files=1, max_fields=8) as form:
        file, replace = form.get("file"), form.get("replace", "")
        if not isinstance(file, UploadFile):
            raise InvalidFields(
                "Hãy gửi kèm tệp báo cáo trong trường “file”.", {"fields": [{"field": "file", "problem": "còn thiếu"}]}
            )
        try:
            upload = await anyio.to_thread.run_sync(_receive, state, file)
        except UnreadableReport as error:
            raise unreadable(error) from None
    there = await anyio.to_thread.run_sync(_already_there, state, upload)
    if there is not None:
        return JSONResponse(there.model_dump(mode="json"), 200)
    wanted = str(replace).lower() in ("true", "1", "yes", "on")
    job = await anyio.to_thread.run_sync(_queue, state, upload, wanted, actor)
    job = await _read(state, job)
    if job.state == "failed":
        raise refusal_of(job)
    return JSONResponse(body(job).model_dump(mode="json"), 202, {"Location": f"/v1/jobs/{job.id}"})


@router.patch("/v1/reports/{report_id}", responses=errors(401, 403, 404, 409))
def describe_report(
    report_id: str, body: DescribeRequest, state: StateOf, actor: OperatorActor, engine: LeasedEngine
) -> ReportSummary:
    """Say what a report's file doesn't: number, issuer, title, year, period, date. Any of them; null takes it back."""
    record = visible(engine, state, report_id)
    said = described(body)
    others = [r for r in engine.generation.reports() if r.id not in state.deletions.hidden() | {report_id}]
    refuse_twin(record, said, others)
    state.amendments.describe(report_id, said, actor, engine.generation.id)
    return summary(visible(engine, state, report_id))


@router.delete("/v1/reports/{report_id}", status_code=204, responses=errors(401, 403, 404))
def delete_report(report_id: str, state: StateOf, actor: OperatorActor) -> Response:
    """Delete a report: from now on no answer, list or figure shows it."""
    with state.engine.lease() as engine:
        generation = engine.generation
        if generation.report(report_id) is None or report_id in state.deletions.hidden():
            raise NotFound("Không có báo cáo này.")
        state.jobs.delete(report_id, actor, generation.id)
    return Response(status_code=204)


@router.post("/v1/reindex", status_code=202, responses=errors(401, 403))
def reindex(state: StateOf, actor: OperatorActor) -> JobBody:
    """Build the whole index anew; the old one answers until the new one is whole."""
    return body(state.jobs.rebuild(actor, state.engine.generation))


@router.get("/v1/jobs", responses=errors(401, 403))
def list_jobs(state: StateOf, actor: OperatorActor, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> JobList:
    """The changes asked for last: what, by whom, and what came of each."""
    return JobList(items=[body(job) for job in state.jobs.latest(limit)])


@router.get("/v1/jobs/{job_id}", responses=errors(401, 403, 404))
async def get_job(job_id: JobId, state: StateOf, actor: OperatorActor) -> JobBody:
    """How far a change has come. One that is done is in use in every worker."""
    job = await anyio.to_thread.run_sync(state.jobs.get, job_id)
    if job is None:
        raise NotFound("Không có công việc này.")
    if job.state == "done" and job.finished_seconds_ago < _JUST_NOW:
        wanted = min(job.generation or "", state.store.current() or "")  # older than the job's after a rollback
        if not await state.workers.follow(lambda serving: min(serving, default="") >= wanted):
            job = replace(job, state="running", stage="publishing", progress=_IN_SOME_WORKERS)
    return body(job)


def body(job: Job) -> JobBody:
    return JobBody(
        id=job.id, state=job.state, progress=min(job.progress, 1.0), stage=_STAGES[job.stage], report_id=job.report_id,
        error=job.error, kind=job.kind, file_name=job.file_name, actor=job.actor, created_at=job.created_at,
        finished_at=job.finished_at,
    )  # fmt: skip


def _receive(state: State, file: UploadFile) -> Upload:
    job_id, path = state.jobs.new_upload()
    sha256 = receive(file.file, path, state.settings.max_upload_mb * 2**20)
    return Upload(job_id, sha256, safe_name(file.filename))


def _already_there(state: State, upload: Upload) -> ReportSummary | None:
    if not state.engine.ready:
        return None
    with state.engine.lease() as engine:
        record = engine.generation.report(upload.sha256[:16])
    if record is None or record.id in state.deletions.hidden():
        return None
    state.jobs.upload_path(upload.job_id).unlink(missing_ok=True)
    return summary(record)


def _queue(state: State, upload: Upload, replace: bool, actor: Actor) -> Job:
    return state.jobs.add(upload.job_id, upload.sha256, upload.file_name, replace, actor, state.engine.generation)


async def _read(state: State, job: Job) -> Job:
    """The job once its file was read, or as it is when that takes longer than an upload waits."""
    deadline = time.monotonic() + state.settings.upload_wait
    while job.stage in ("queued", "waiting", "reading") and time.monotonic() < deadline:
        await asyncio.sleep(_POLL)
        job = await anyio.to_thread.run_sync(state.jobs.get_known, job.id)
    return job

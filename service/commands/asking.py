"""`cchc ask` and `cchc reports`: over HTTP where the service runs, else with the engine in this process."""

from __future__ import annotations

import json
from typing import Any

import httpx
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.commands.console import console, fail
from service.keys import OPERATOR_KEY_FILE
from service.settings import Settings

_STATUS = {"answered": "", "no_evidence": "Không có căn cứ", "clarify": "Cần hỏi rõ hơn"}


def ask(settings: Settings, question: str, as_json: bool) -> None:
    answer = _over_http(settings, "POST", "/v1/ask", json={"question": question})
    if answer is None:
        answer = _ask_here(settings, question)
    if as_json:
        console.print(json.dumps(answer, ensure_ascii=False, indent=2), soft_wrap=True)
        return
    if heading := _STATUS[answer["status"]]:
        console.print(Text(heading, style="bold yellow"))
    console.print(Text(answer["answer"]))
    if answer["figures"]:
        console.print(_figures(answer["figures"]))
    for citation in answer["citations"]:
        where = [citation["report_number"], citation["section_title"]]
        if citation["page"] is not None:
            where.append(f"trang {citation['page']}")
        console.print(Text(f"[{citation['id']}] {', '.join(part for part in where if part)}", style="bold"))
        console.print(Padding(Text(citation["quote"].strip()), (0, 0, 0, 4)))
    for suggestion in answer["suggestions"]:
        console.print(Text(f"→ {suggestion}", style="cyan"))


def reports(settings: Settings) -> None:
    found = _over_http(settings, "GET", "/v1/reports", params={"limit": 500})
    items = found["items"] if found is not None else _reports_here(settings)
    table = Table("Mã", "Số", "Cơ quan", "Năm", "Kỳ", "Số liệu", "Cảnh báo")
    for item in items:
        row = (
            item["id"],
            item["number"],
            item["issuer"],
            item["year"],
            item["period"],
            item["figures"],
            len(item["warnings"]),
        )
        table.add_row(*(Text("—" if value is None else str(value)) for value in row))
    console.print(table)


def _over_http(settings: Settings, method: str, path: str, **request: Any) -> Any:
    """What the running service answers; None where none runs here."""
    try:
        with httpx.Client(base_url=settings.api_url, timeout=60.0, trust_env=False) as client:
            if client.get("/readyz", timeout=2.0).status_code != 200:
                return None
            response = client.request(method, path, headers=_headers(settings), **request)
    except httpx.HTTPError:
        return None
    if response.is_error:
        try:
            fail(response.json()["error"]["message"])
        except (ValueError, KeyError, TypeError):
            fail(f"Dịch vụ báo lỗi {response.status_code}.")
    return response.json()


def own_key(settings: Settings) -> str | None:
    """The key of whoever may read this machine's data directory, where the service asks for one."""
    try:
        return (settings.data / OPERATOR_KEY_FILE).read_text("ascii").strip() if settings.keys_required else None
    except OSError:
        return None


def _headers(settings: Settings) -> dict[str, str]:
    key = own_key(settings)
    return {"Authorization": f"Bearer {key}"} if key else {}


def _ask_here(settings: Settings, question: str) -> Any:
    from index.encoder import load_encoder
    from index.errors import IndexingError
    from index.generation import open_current
    from service.amendments import AmendmentLog
    from service.database import Database
    from service.deletions import Deletions
    from service.engine import Engine

    database = Database(settings.data)
    try:
        encoder = load_encoder(settings.data, settings.encoder)
        generation = open_current(settings.data, encoder, amendments=AmendmentLog(database).current)
        engine = Engine(generation, encoder, hidden=Deletions(database).hidden)
    except IndexingError as error:
        fail(error.message)
    answer, _ = engine.ask(question)
    return answer.model_dump(mode="json")


def _reports_here(settings: Settings) -> list[Any]:
    from index.errors import IndexingError, NoGeneration
    from index.generation import open_current
    from service.amendments import AmendmentLog
    from service.database import Database
    from service.deletions import Deletions
    from service.listing import summary

    database = Database(settings.data)
    hidden = Deletions(database).hidden()
    try:
        found = open_current(settings.data, None, amendments=AmendmentLog(database).current).reports()
    except NoGeneration:
        return []
    except IndexingError as error:
        fail(error.message)
    return [summary(record).model_dump(mode="json") for record in found if record.id not in hidden]


def _figures(figures: list[Any]) -> Table:
    table = Table("Chỉ tiêu", "Giá trị", "Đơn vị", "Báo cáo", "Ghi chú")
    for figure in figures:
        row = (
            " › ".join(figure["path"]),
            figure["value_text"],
            figure["unit"],
            figure["report_number"],
            figure["note"],
        )
        table.add_row(*(Text(value or "") for value in row))
    return table

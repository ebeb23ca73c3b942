"""What an operator says of a report, in the forms that the readers give, and never another report's number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from corpus.issuers import canonical_issuer
from corpus.metadata import canonical_number
from corpus.model import PERIODS
from corpus.text import collapse, nfc
from index.amendments import Described
from index.members import described_member, member_of_record
from index.records import ReportRecord
from service.errors import Conflict, InvalidFields
from service.schemas import DescribeRequest

_NUMBER = re.compile(r"\d{1,5}[A-Z]?(?:/\d{4})?[-/][A-ZĐ]+(?:[-/][A-ZĐ0-9]+)*")


def described(body: DescribeRequest) -> dict[str, Described | None]:
    """The fields that were sent.

    Raises:
        InvalidFields: there is none, or one can't be what it says.
    """
    sent: dict[str, Described | None] = {name: getattr(body, name) for name in body.model_fields_set}
    if not sent:
        raise InvalidFields("Hãy gửi ít nhất một trường: number, issuer, title, year, period, signed_on.")
    if body.number is not None:
        sent["number"] = canonical_number(nfc(body.number))
        if not _NUMBER.fullmatch(str(sent["number"])):
            raise _invalid("number", "phải là số ký hiệu, ví dụ 203/BC-UBND hoặc 71-KL/TW")
    if body.issuer is not None:
        sent["issuer"] = canonical_issuer(nfc(body.issuer))
    if body.title is not None:
        sent["title"] = collapse(nfc(body.title))
    if body.period is not None and body.period not in PERIODS:
        raise _invalid("period", f"phải là một trong {', '.join(PERIODS[:7])}, MONTH-01 … MONTH-12")
    if "" in sent.values():
        raise _invalid(next(name for name, value in sent.items() if value == ""), "không được để trống")
    return sent


def refuse_twin(record: ReportRecord, said: Mapping[str, Described | None], others: Iterable[ReportRecord]) -> None:
    """
    Raises:
        Conflict: another report has this number of this issuer.
    """
    known = described_member(member_of_record(record), {n: v for n, v in said.items() if v is not None})
    twin = next((r for r in others if member_of_record(r).is_same_document(known)), None)
    if twin is not None:
        raise Conflict(
            f"Trong kho đã có báo cáo số {twin.metadata.number} của {twin.metadata.issuer}. Hãy kiểm tra lại số ký hiệu.",
            {"report_id": twin.id},
        )


def _invalid(field: str, problem: str) -> InvalidFields:
    return InvalidFields(
        f"Dữ liệu gửi lên không hợp lệ: {field} {problem}.", {"fields": [{"field": field, "problem": problem}]}
    )

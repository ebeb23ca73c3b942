"""A `Report` as JSON and back: how a parsed report is kept on disk and handed over by the child process.

JSON and not pickle, because what is read back was written by a process that parsed a stranger's file:
reading it can only give a `Report` or an error.
"""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from corpus.model import Report


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def report_to_json(report: Report) -> str:
    return _adapter().dump_json(report).decode("utf-8")


def report_from_json(text: str | bytes) -> Report:
    """The report that `report_to_json` wrote.

    Raises:
        pydantic.ValidationError: the text is not a report.
    """
    return _adapter().validate_json(text)

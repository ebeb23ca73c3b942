"""What a question was restricted to, and whether its answer kept to it: what a question names goes before the filters."""

from __future__ import annotations

from collections.abc import Sequence

from ui.conversations import Turn
from ui.records import Filters, Report
from ui.wording import period_name, place_name


def restriction_words(filters: Filters) -> str:
    """ "Sơn La · 2021 · quý I" """
    parts = [
        ", ".join(place_name(issuer) for issuer in filters.issuers),
        ", ".join(str(year) for year in filters.years),
        ", ".join(period_name(period) for period in filters.periods),
    ]
    return " · ".join(part for part in parts if part)


def restriction_note(turn: Turn, reports: Sequence[Report]) -> str:
    """The sentence under a question that was asked with filters on; nothing for the others."""
    if not turn.filters:
        return ""
    words = restriction_words(turn.filters)
    used = {c.report_id for c in turn.answer.citations} if turn.answer else set()
    if any(report.id in used and not _fits(report, turn.filters) for report in reports):
        return f"Giới hạn “{words}” không áp dụng: câu hỏi nêu rõ nơi hoặc kỳ khác."
    return f"Chỉ hỏi trong: {words}"


def _fits(report: Report, filters: Filters) -> bool:
    return (
        (not filters.issuers or report.issuer in filters.issuers)
        and (not filters.years or report.year in filters.years)
        and (not filters.periods or report.period in filters.periods)
    )

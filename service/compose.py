"""Sentences of an answer. Figures are printed as the report prints them; document text is never read as markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.numbers import choices
from corpus.periods import period_name
from corpus.text import fold, plain
from index.records import Figure, ReportRecord
from service.compare import Cell, Step
from service.markdown import plain_markdown
from service.scope import issuer_name, report_label, short_issuer

_BARE = re.compile(r"[\d.,%\s-]+")


def row_name(figure: Figure) -> str:
    return plain_markdown(figure.row.name.rstrip(" .:;"))


def value_with_unit(figure: Figure) -> str:
    """ "**1.695** thủ tục", "**99,99%**", "**2** (3 cấp)": the unit only where the printed value is a bare number."""
    row = figure.row
    text = f"**{plain_markdown(row.value.text)}**"
    if row.value.kind == "choice":
        meaning = row.value.meaning or ""
        said = fold(meaning).lower() in fold(row.value.text).lower()
        return text if not meaning or said else f"{text} ({plain_markdown(meaning)})"
    unit = row.unit or ""
    if choices(unit) or unit.strip() in ("", "%", "Số lượng") or not _BARE.fullmatch(row.value.text):
        return text
    lowered = unit if unit.isupper() else unit[0].lower() + unit[1:]
    return f"{text} {plain_markdown(lowered)}"


def context_of(figure: Figure) -> str:
    """The parent that a row's name needs to be understood, in brackets; chapters go without saying."""
    parents = figure.row.path[1:-1]
    return f" (mục “{plain_markdown(parents[-1].rstrip(' .:;'))}”)" if parents else ""


def opening(report: ReportRecord, assumed: bool) -> str:
    if assumed:
        return f"Câu hỏi không nêu báo cáo nào nên trả lời theo báo cáo mới nhất phù hợp: {plain_markdown(report_label(report))}."
    return f"Theo {plain_markdown(report_label(report))}:"


def figure_sentence(figure: Figure, marker: int) -> str:
    row = figure.row
    subject = f"{row_name(figure)}{context_of(figure)}"
    if row.value.kind == "missing":
        return (
            f"{subject}: ô số liệu ghi “{plain_markdown(row.value.text)}”, tức là báo cáo không có số liệu [{marker}]."
        )
    if not row.value.text:
        return f"{subject}: ô số liệu trong phụ lục để trống [{marker}]."
    sentence = f"{subject}: {value_with_unit(figure)} [{marker}]."
    options = choices(row.unit)
    if options and row.value.kind == "number":
        coded = ", ".join(f"{label} = {code}" for code, label in options.items())
        sentence += f" Cột đơn vị của dòng này ghi mã lựa chọn ({plain_markdown(coded)}) nhưng số liệu in không phải một mã [{marker}]."
    if row.note:
        sentence += f" Ghi chú: {plain_markdown(row.note)} [{marker}]."
    return sentence


def quoted(text: str, marker: int) -> str:
    return f"“{plain_markdown(text.strip())}” [{marker}]"


def cell_label(report: ReportRecord, reports: Sequence[ReportRecord]) -> str:
    """How a row of a comparison is called: by what differs between the reports."""
    issuers = {r.metadata.issuer for r in reports}
    times = {(r.metadata.year, r.metadata.period) for r in reports}
    when = period_name(report.metadata.period, report.metadata.year)
    if len(issuers) == 1 and len(times) > 1:
        return when
    if len(times) == 1:
        return short_issuer(report)
    return f"{short_issuer(report)}, {when}"


def comparison_table(rows: Sequence[tuple[Cell, int | None, Step | None]]) -> list[str]:
    """A Markdown table: label, value with its marker, change against the row above or the first."""
    reports = [cell.report for cell, _, _ in rows]
    changes = any(step for _, _, step in rows)
    head = "| Báo cáo | Số liệu |" + (" Chênh lệch |" if changes else "")
    lines = [head, "|---|---|" + ("---|" if changes else "")]
    for cell, marker, step in rows:
        label = plain_markdown(cell_label(cell.report, reports))
        if cell.figure is None or (cell.missing and not cell.figure.row.value.text):
            value = cell.missing or ""
        elif cell.missing:
            value = f"{plain_markdown(cell.figure.row.value.text)} – {cell.missing} [{marker}]"
        else:
            value = f"{value_with_unit(cell.figure)} [{marker}]"
        line = f"| {label} | {value} |"
        if changes:
            line += f" {_change(step)} |"
        lines.append(line)
    return lines


def _change(step: Step | None) -> str:
    if step is None:
        return ""
    if step.direction == "không đổi":
        return "không đổi"
    return f"{step.direction} {step.absolute}" + (f" ({step.relative})" if step.relative else "")


def disagreeing(figure: Figure) -> str:
    """One side of a disagreement: "“Tổng số biên chế được giao trong năm” ghi 2.274"."""
    return f"“{row_name(figure)}” ghi {plain_markdown(figure.row.value.text)}"


def clipped(quote: str, limit: int = 240) -> str:
    """A piece of prose in a sentence of ours, cut at a word."""
    text = plain(quote)
    cut = text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]}…"
    return f"“{plain_markdown(cut)}”"


def scope_question(figure: Figure, report: ReportRecord) -> str:
    """The question that picks one row, for a click."""
    name = figure.row.name.split("(")[0].strip(" .:;")
    parent = f" ({figure.row.path[-2].rstrip(' .:;')})" if len(figure.row.path) > 2 else ""
    code = f"Chỉ tiêu {figure.row.code}: " if figure.row.code else ""
    when = period_name(report.metadata.period, report.metadata.year)
    return f"{code}{name}{parent} – {short_issuer(report)}, {when}?"


def heading_for(report: ReportRecord) -> str:
    return f"{issuer_name(report)}, {period_name(report.metadata.period, report.metadata.year)}"

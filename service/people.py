"""Signer, recipients, number and date of a report: what the letter itself says rather than its prose."""

from __future__ import annotations

import re

from corpus.model import Section
from corpus.reading import read
from index.generation import Generation
from service import compose
from service.draft import Draft
from service.markdown import plain_markdown
from service.stages import stage
from service.understand import Question

_SIGNER = re.compile(
    r"\b(?:ai|người nào|ông nào|bà nào)\b.*\bký\b|\bký (?:bởi|tên|báo cáo)\b|\bngười ký\b|\bchức vụ\b.*\bký\b|\bký\b.*\bchức vụ\b"
)
_OFFICE = re.compile(
    r"\b(?:ai|ten|nguoi nao|ho ten)\b.*\b(?<!pho )chu tich (?:ubnd|uy ban nhan dan)?\s*(?:tinh|thanh pho)?(?!.*\b(?:huyen|xa|phuong|thi xa|hdnd)\b)|\b(?<!pho )chu tich (?:ubnd |uy ban nhan dan )?(?:tinh )?.*\b(?:la ai|ten gi|la nguoi nao)\b"
)
_RECIPIENTS = re.compile(
    r"\bnoi nhan\b|\bgui (?:cho |den |toi )?(?:ai|nhung ai|nhung noi nao|nhung co quan nao|co quan nao|dau)\b|\bkinh gui\b|\b(?:duoc )?gui\b.*\b(?:ai|nao|dau|gi)\b.*\b(?:bao cao)\b|\bbao cao\b.*\bgui\b.*\b(?:ai|nao|dau)\b"
)
_ADDRESSED = re.compile(r"\bkinh gui\b|\bgui (?:len )?(?:bo|cho bo)\b")
_NUMBER = re.compile(
    r"\b(?:so hieu|so ky hieu|ky hieu)\b.*\bbao cao\b|\bbao cao\b.*\b(?:so may|so bao nhieu|so hieu|so ky hieu|ky hieu|mang so)\b|\bso (?:va ngay )?(?:cua )?bao cao\b"
)
_DATE = re.compile(
    r"\bbao cao\b.*\b(?:ky|ban hanh)\b.*\b(?:ngay (?:nao|may)|khi nao|bao gio)\b|\bngay (?:ky|ban hanh)\b.*\bbao cao\b|\b(?:khi nao|bao gio|ngay nao)\b.*\b(?:ky|ban hanh) bao cao\b|\bngay (?:cua )?bao cao\b|\bbao cao\b.*\bngay (?:nao|may)\b"
)
_HUYEN = re.compile(r"\b(?:huyen|xa|phuong|thi xa|quan|so|hdnd|hoi dong nhan dan)\b")


class PeopleFinder:
    """Answers from the letter's own parts, where the question is about them."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    @stage("passages")
    def find(self, question: Question, report_id: str, draft: Draft) -> bool:
        """Fill the draft and return True when the question is about signer, recipients, number or date of the report."""
        folded = question.folded
        report = draft.report(report_id)
        about = report.metadata
        sections = {s.kind: s for s in self._generation.sections(report_id)}
        if (
            (_SIGNER.search(question.text.lower()) or (_OFFICE.search(folded) and _is_head(about.signer_role)))
            and about.signer
            and "signature" in sections
        ):
            if _OFFICE.search(folded) and _HUYEN.search(folded):
                return False
            draft.say(compose.opening(report, False))
            marker = self._cite(sections["signature"], report_id, draft)
            draft.say(
                f"Người ký: **{plain_markdown(about.signer)}**, {plain_markdown((about.signer_role or '').capitalize())} [{marker}]."
            )
            return True
        if _RECIPIENTS.search(folded):
            parts = [s for kind, s in sections.items() if kind in ("preamble", "recipients")]
            wanted = [s for s in parts if s.kind == "preamble"] if _ADDRESSED.search(folded) else parts
            return self._list_recipients(wanted or parts, report_id, draft)
        if _NUMBER.search(folded) and about.number and len(question.naming) <= 3:
            return self._quote_line(about.number, f"Số ký hiệu: **{plain_markdown(about.number)}**", report_id, draft)
        if _DATE.search(folded) and about.signed_on and len(question.naming) <= 3:
            day = about.signed_on
            return self._quote_line(
                rf"ngày\s+0?{day.day}\s+tháng\s+0?{day.month}\s+năm\s+{day.year}",
                f"Ngày ký: **{day.day} tháng {day.month} năm {day.year}**",
                report_id,
                draft,
                pattern=True,
            )
        return False

    def _cite(self, section: Section, report_id: str, draft: Draft) -> int:
        return draft.cite_passage(report_id, section.span, 1.0, self._generation.page_at(report_id, section.span.start))

    def _list_recipients(self, sections: list[Section], report_id: str, draft: Draft) -> bool:
        lines: list[tuple[str, int]] = []
        for section in sections:
            reading = read(self._generation.text(report_id), section.span)
            addressed = section.kind == "recipients"
            for match in re.finditer(r"[^\n]+", reading.text):
                line = match.group(0)
                if line.lower().startswith("kính gửi"):
                    addressed = True
                if addressed and (line.startswith("-") or (line.lower().startswith("kính gửi") and len(line) > 12)):
                    marker = draft.cite_passage(report_id, reading.span(match.start(), match.end()), 1.0)
                    lines.append((line.lstrip("- ").rstrip(" ;."), marker))
                elif addressed and section.kind == "preamble" and lines:
                    break
        if not lines:
            return False
        draft.say(compose.opening(draft.report(report_id), False))
        draft.say("Báo cáo gửi:")
        draft.say("")
        for text, marker in lines:
            draft.say(f"- {plain_markdown(text)} [{marker}]")
        return True

    def _quote_line(self, piece: str, sentence: str, report_id: str, draft: Draft, pattern: bool = False) -> bool:
        text = self._generation.text(report_id)
        found = re.search(piece if pattern else re.escape(piece).replace("/", r"\s*/\s*"), text)
        if found is None:
            return False
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        from corpus.model import Span

        marker = draft.cite_passage(
            report_id, Span(start, end if end > 0 else len(text)), 1.0, self._generation.page_at(report_id, start)
        )
        draft.say(f"{sentence} [{marker}].")
        return True


def _is_head(role: str | None) -> bool:
    return (role or "").upper().startswith("CHỦ TỊCH")

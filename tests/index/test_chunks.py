from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from corpus.model import Report, Section, Span
from corpus.reading import read
from corpus.report import read_report
from index.chunks import MAX_WORDS, Chunk, chunk_report, embedding_text, passage_range
from index.encoder import Encoder


@pytest.fixture(scope="module")
def chunks(report: Report, encoder: Encoder) -> list[Chunk]:
    return chunk_report(report, encoder.count_tokens, encoder.max_tokens)


def of_section(chunks: list[Chunk], section_id: str) -> list[Chunk]:
    return [c for c in chunks if c.section_id == section_id]


def test_all_prose_is_in_a_passage(report: Report, chunks: list[Chunk]) -> None:
    covered = bytearray(len(report.text))
    for chunk in chunks:
        covered[chunk.span.start : chunk.span.end] = b"\x01" * (chunk.span.end - chunk.span.start)
    appendix = next(s for s in report.sections if s.kind == "appendix")
    headings = [s.heading for s in report.sections]
    for word in re.finditer(r"\w+", report.text[: appendix.span.start]):
        in_heading = any(h.start <= word.start() < h.end for h in headings)
        assert in_heading or covered[word.start()], report.text[word.start() : word.start() + 80]


def test_passages_are_in_order_and_apart(chunks: list[Chunk]) -> None:
    for before, after in pairwise(chunks):
        assert before.id + 1 == after.id
        assert before.span.end <= after.span.start


def test_a_span_is_the_verbatim_of_its_text(report: Report, chunks: list[Chunk]) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text)

    for chunk in chunks:
        assert words(read(report.text, chunk.span).text) == words(chunk.text)


def test_every_passage_fits_the_encoder(chunks: list[Chunk], encoder: Encoder) -> None:
    assert all(encoder.count_tokens(embedding_text(c)) <= encoder.max_tokens for c in chunks)
    assert all(len(c.text.split()) <= 1.2 * MAX_WORDS for c in chunks)


def test_passages_end_where_sentences_do(chunks: list[Chunk]) -> None:
    prose = [c for c in chunks if c.section_id and c.section_id.startswith(("I.", "II."))]
    assert all(c.text.rstrip('”"/ Đ').endswith((".", ";", ":")) for c in prose)


def test_recipients_and_signature_are_a_passage_each(chunks: list[Chunk]) -> None:
    (recipients,) = of_section(chunks, "nơi nhận")
    (signature,) = of_section(chunks, "ký")
    assert "Lưu: VT, KSTTHC, LX(50b)." in recipients.text
    assert "Hoàng Quốc Khánh" in signature.text


def test_headings_are_not_passages_but_numbered_paragraphs_are(chunks: list[Chunk]) -> None:
    assert not of_section(chunks, "I") and not of_section(chunks, "I.4")
    assert all("2.2. Cải cách thủ tục hành chính" not in c.text for c in of_section(chunks, "I.2.2.2"))
    assert of_section(chunks, "II.9")[0].text.startswith("9. Tập trung kiểm tra trực tiếp")


def test_what_a_page_break_tore_is_joined(chunks: list[Chunk]) -> None:
    assert any("Nghị quyết số 18- NQ/TW, Nghị quyết số 19-NQ/TW ngày 25/10/2017" in c.text for c in chunks)


def test_the_appendix_gives_its_caption_and_no_rows(chunks: list[Chunk]) -> None:
    caption = " ".join(c.text for c in of_section(chunks, "phụ lục"))
    assert "203/BC-UBND ngày 18 tháng 6 năm 2021" in caption
    assert "Số TTHC cấp huyện" not in caption and "Đơn vị tính" not in caption


def test_the_section_title_stands_before_what_is_embedded(chunks: list[Chunk]) -> None:
    passage = of_section(chunks, "I.2.2.2")[0]
    assert embedding_text(passage) == f"2.2. Cải cách thủ tục hành chính\n{passage.text}"
    item = of_section(chunks, "II.1")[0]
    assert embedding_text(item) == item.text


def test_ids_follow_from_the_report_alone(report: Report, chunks: list[Chunk]) -> None:
    first, end = passage_range(report.id)
    assert [c.id for c in chunks] == list(range(first, first + len(chunks)))
    assert first + len(chunks) < end < 2**63


def test_text_without_a_single_break_is_cut_within_the_limit(report: Report, encoder: Encoder) -> None:
    text = "kếhoạch" * 20_000
    whole = Span(0, len(text))
    title = "Mục rất dài " * 300
    section = Section("I", title, "section", 0, whole, Span(0, 0))
    endless = replace(report, text=text, sections=(section,), rows=(), pages=())
    chunks = chunk_report(endless, encoder.count_tokens, encoder.max_tokens)
    assert "".join(c.text for c in chunks) == text
    assert all(encoder.count_tokens(embedding_text(c)) <= encoder.max_tokens for c in chunks)


def test_a_report_without_outline_is_still_cut(encoder: Encoder) -> None:
    text = "\n\n".join(f"Đoạn {i} nói về cải cách hành chính ở tỉnh này trong năm." * 3 for i in range(30))
    chunks = chunk_report(read_report(text.encode(), "x.md"), encoder.count_tokens, encoder.max_tokens)
    assert len(chunks) > 3
    assert all(f"Đoạn {i} " in " ".join(c.text for c in chunks) for i in range(30))


def test_an_empty_report_has_no_passages(report: Report, encoder: Encoder) -> None:
    assert chunk_report(replace(report, text="", sections=(), rows=()), encoder.count_tokens) == []

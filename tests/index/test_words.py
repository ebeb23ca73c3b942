from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from corpus.text import fold
from index.chunks import chunk_report
from index.encoder import Encoder
from index.generation import Generation
from index.layout import WORDS
from index.words import WordIndex, WordWriter, pairs, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Số TTHC cấp huyện", ["số", "tthc", "cấp", "huyện"]),
        ("Quyết định 1118/QĐ-UBND", ["quyết", "định", "1118/qđ-ubnd"]),
        ("71-KL/TW, 08/2021/QĐ-UBND", ["71-kl/tw", "08/2021/qđ-ubnd"]),
        ("Nghị quyết số 18- NQ/TW", ["nghị", "quyết", "số", "18-nq/tw"]),
        ("1.695 thủ tục; 99,99%; 3 nhiệm vụ", ["1.695", "thủ", "tục", "99,99%", "3", "nhiệm", "vụ"]),
        ("LX(50b), y tế.", ["lx", "50b", "y", "tế"]),
        ("ngày 18/6/2021.", ["ngày", "18/6/2021"]),
        ("hoà, thuỷ, quý", ["hòa", "thủy", "quý"]),
        (unicodedata.normalize("NFD", "Điện Biên"), ["điện", "biên"]),
        ("<b>&</b> … \t", ["b", "b"]),
        ("", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


def test_pairs_join_syllables_and_not_figures() -> None:
    assert pairs(["thủ", "tục", "235", "cấp", "xã"]) == ["thủ_tục", "cấp_xã"]


def best(generation: Generation, question: str, **kwargs: object) -> str:
    (passage_id, _), *_ = generation.search_words(tokenize(question), 5, **kwargs)  # type: ignore[arg-type]
    return generation.passages([passage_id])[0].text


def test_a_question_finds_its_passage(generation: Generation, report: object) -> None:
    assert "262.204 hồ sơ" in best(generation, "sản lượng dịch vụ bưu chính công ích tiếp nhận và trả kết quả")
    assert "Hoàng Quốc Khánh" in best(generation, "Hoàng Quốc Khánh")


def test_a_document_number_and_a_figure_are_words(generation: Generation) -> None:
    assert "1118/QĐ-UBND" in best(generation, "Quyết định số 1118/QĐ-UBND")
    assert "1.634 tỷ đồng" in best(generation, "1.634 tỷ đồng")


def test_without_diacritics_the_folded_words_are_searched(generation: Generation) -> None:
    question = "san luong dich vu buu chinh cong ich tiep nhan va tra ket qua"
    assert "262.204 hồ sơ" in best(generation, question, folded=True)


def test_diacritics_tell_words_apart(generation: Generation) -> None:
    hits = generation.search_words(tokenize("kỷ cương"), 20)
    for passage in generation.passages([i for i, _ in hits[:3]]):
        assert "kỷ" in passage.text.lower() or "cương" in passage.text.lower()


def test_a_search_stays_in_its_reports(generation: Generation) -> None:
    tokens = tokenize("thủ tục hành chính")
    everywhere = generation.search_words(tokens, 1000)
    assert len({p.report_id for p in generation.passages([i for i, _ in everywhere])}) == 3
    for report in generation.reports():
        within = generation.search_words(tokens, 1000, [report.id])
        allowed = {p.id for p in generation.passages_of(report.id)}
        assert within == [hit for hit in everywhere if hit[0] in allowed]
    assert generation.search_words(tokens, 10, []) == []
    assert generation.search_words(tokens, 10, ["0" * 16]) == []
    assert generation.search_words([], 10) == []


def test_hits_come_best_first(generation: Generation) -> None:
    hits = generation.search_words(tokenize("cải cách thủ tục hành chính"), 30)
    assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))


def test_document_frequency_counts_passages(generation: Generation) -> None:
    passages = [p for r in generation.reports() for p in generation.passages_of(r.id)]
    holding = sum("dân" in tokenize(f"{p.section_title}\n{p.text}") for p in passages)
    assert generation.document_frequency("dân") == holding > 0
    assert generation.document_frequency("thủ_tục") > 0
    assert generation.document_frequency("thu_tuc", folded=True) >= generation.document_frequency("thủ_tục")
    assert generation.document_frequency("xyzzy") == 0


def test_a_removed_report_is_no_longer_found(indexed: Path, generation: Generation, tmp_path: Path) -> None:
    directory = tmp_path / WORDS
    reports = generation.reports()
    writer = WordWriter(directory)
    for report in reports:
        writer.add(generation.passages_of(report.id))
    writer.close()
    again = WordWriter(directory)
    again.remove(reports[0].id)
    again.close()
    index = WordIndex(directory)
    assert len(index) == sum(r.passages for r in reports[1:])
    found = {i for i, _ in index.search(tokenize("thủ tục hành chính"), 1000)}
    assert found and not found & {p.id for p in generation.passages_of(reports[0].id)}


def test_every_passage_is_found_by_its_own_words(generation: Generation, report: object, encoder: Encoder) -> None:
    own = 0
    passages = generation.passages_of(generation.reports()[0].id)
    for passage in passages:
        hits = generation.search_words(tokenize(passage.text), 1, [passage.report_id])
        folded = generation.search_words(tokenize(fold(passage.text)), 1, [passage.report_id], folded=True)
        own += hits[0][0] == folded[0][0] == passage.id
    assert own >= 0.95 * len(passages)


def test_chunks_and_index_agree(generation: Generation, report: object, encoder: Encoder) -> None:
    seed = next(r for r in generation.reports() if r.metadata.number == "203/BC-UBND")
    read = generation.document(seed.id)
    assert generation.passages_of(seed.id) == chunk_report(read, encoder.count_tokens, encoder.max_tokens)

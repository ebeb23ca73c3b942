from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.model import Box, Report, Span, TextBox, Value
from corpus.report import read_report
from index.catalogue import Catalogue
from index.catalogue_writer import CatalogueWriter
from index.chunks import chunk_report
from index.encoder import Encoder
from index.errors import EncoderMismatch, GenerationDamaged, IndexOutdated, NoGeneration
from index.generation import Generation, open_current, open_generation
from index.indicators import key_text
from index.layout import CATALOGUE, MANIFEST, SEAL
from index.manifest import read_manifest, write_manifest
from index.parts import file_parts
from index.publish import generation_path
from tests.index.conftest import DIEN_BIEN, SEED, SON_LA_Q1, CountingEncoder


@pytest.fixture
def copy(indexed: Path, generation: Generation, tmp_path: Path) -> Path:
    return Path(shutil.copytree(generation_path(indexed, generation.id), tmp_path / "generations" / generation.id))


def test_a_report_comes_back_as_it_was_read(generation: Generation) -> None:
    for path in (SEED, DIEN_BIEN, SON_LA_Q1):
        report = read_report(path.read_bytes(), path.name)
        assert generation.document(report.id) == report


def test_reports_are_listed_newest_period_first(generation: Generation) -> None:
    listed = [(r.metadata.issuer, r.metadata.period) for r in generation.reports()]
    assert listed[-1] == ("UBND tỉnh Sơn La", "Q1")
    assert {period for _, period in listed[:2]} == {"H1"}


def test_reports_are_chosen_by_issuer_year_and_period(generation: Generation) -> None:
    assert len(generation.reports(issuer="ubnd tinh son la")) == 2
    (quarter,) = generation.reports(issuer="UBND tỉnh Sơn La", year=2021, period="Q1")
    assert generation.report(quarter.id) == quarter
    assert generation.reports(year=1999) == []
    assert generation.report("0" * 16) is None


def test_a_report_says_what_is_in_it(generation: Generation, report: Report) -> None:
    record = generation.report(report.id)
    assert record is not None
    assert (record.rows, record.figures, record.file_name) == (120, 97, SEED.name)
    assert record.passages == len(generation.passages_of(report.id))
    source = generation.source_path(report.id)
    assert source is not None and source.read_bytes() == SEED.read_bytes()


def test_an_unknown_report_has_no_text(generation: Generation) -> None:
    with pytest.raises(KeyError):
        generation.text("0" * 16)


def test_rows_of_an_indicator_come_from_the_reports_asked_for(generation: Generation, report: Report) -> None:
    indicator = next(i for i in generation.indicators() if i.name == "Tổng số TTHC đang có hiệu lực")
    (figure,) = generation.rows_of_indicators([indicator.id], [report.id])
    assert figure.row.value.number == 1695
    assert figure == generation.row(report.id, figure.row.row)
    everywhere = generation.rows_of_indicators([indicator.id])
    assert figure in everywhere and {f.indicator_id for f in everywhere} == {indicator.id}
    assert generation.rows_of_indicators([], None) == generation.rows_of_indicators([indicator.id], []) == []


def test_rows_with_one_path_and_unit_are_one_indicator(generation: Generation) -> None:
    indicators = generation.indicators()
    assert len({i.id for i in indicators}) == len(indicators) < sum(r.rows for r in generation.reports())
    for report in generation.reports():
        for figure in generation.rows(report.id):
            assert figure.indicator_id in {i.id for i in indicators}
    assert sum(i.figures for i in indicators) == sum(r.figures for r in generation.reports())


def test_each_indicator_has_its_vector(generation: Generation, encoder: Encoder) -> None:
    indicators, vectors = generation.indicators(), generation.indicator_vectors()
    assert vectors.shape == (len(indicators), encoder.dimension)
    for at in (0, 40, len(indicators) - 1):
        (expected,) = encoder.encode_passages([key_text(indicators[at].path, indicators[at].unit)])
        assert float(expected @ vectors[at]) > 0.999


def test_vectors_find_a_passage_within_a_report(generation: Generation, report: Report, encoder: Encoder) -> None:
    query = encoder.encode_query("Số hồ sơ tiếp nhận và trả kết quả qua dịch vụ bưu chính công ích là bao nhiêu?")
    hits = generation.search_vectors(query, 3, [report.id])
    assert any("262.204" in p.text for p in generation.passages([i for i, _ in hits]))
    assert all(p.report_id == report.id for p in generation.passages([i for i, _ in hits]))


def test_passages_come_in_the_order_asked(generation: Generation, report: Report) -> None:
    ids = [p.id for p in generation.passages_of(report.id)][:4]
    assert [p.id for p in generation.passages([ids[3], ids[0], 5, ids[2]])] == [ids[3], ids[0], ids[2]]
    section = generation.passages_of(report.id, "I.2.2.2")
    assert len(section) == 3 and all(p.section_id == "I.2.2.2" for p in section)


def test_document_mentions_point_at_the_number(generation: Generation, report: Report) -> None:
    for typed in ("1118/QĐ-UBND", "1118/qd-ubnd", "1118/QĐ", "1118"):
        (mention,) = generation.document_mentions(typed, [report.id])
        assert mention.span.of(report.text) == "1118/QĐ-UBND"
        (passage,) = generation.passages([mention.passage_id])
        assert passage.span.start <= mention.span.start and mention.span.end <= passage.span.end
    assert len(generation.document_mentions("19-NQ/TW", [report.id])) == 2
    for none in ("111/QĐ", "111"):
        assert generation.document_mentions(none, [report.id]) == []
    assert generation.document_mentions("") == []


def test_the_vocabulary_counts_the_words_of_all_reports(generation: Generation) -> None:
    vocabulary = generation.vocabulary()
    assert vocabulary.forms["thu"]["thủ"] > vocabulary.forms["thu"]["thu"]
    assert vocabulary.pairs["thủ", "tục"] > 20
    assert ("tục", "thủ") not in vocabulary.pairs


def test_pages_and_boxes_are_kept(report: Report, encoder: Encoder, tmp_path: Path) -> None:
    box = TextBox(Span(100, 120), Box(1, 0.1, 0.2, 0.3, 0.4))
    huge = replace(report.rows[5], value=Value("9" * 40, "number", int("9" * 40)), box=box.box, confidence=0.5)
    scanned = replace(report, boxes=(box,), rows=(huge,))
    writer = CatalogueWriter(tmp_path / CATALOGUE)
    writer.add(scanned, chunk_report(scanned, encoder.count_tokens), "2026-01-01T00:00:00+00:00", "a.pdf")
    writer.close()
    catalogue = Catalogue(tmp_path / CATALOGUE)
    assert catalogue.layout(report.id) == (report.pages, (box,))
    assert catalogue.rows(report.id)[0].row == huge


def test_many_threads_read_at_once(generation: Generation, encoder: Encoder) -> None:
    query = encoder.encode_query("thủ tục hành chính")

    def ask(i: int) -> tuple[object, ...]:
        report = generation.reports()[i % 3]
        hits = generation.search_vectors(query, 5, [report.id])
        return generation.passages([h for h, _ in hits]), generation.rows(report.id), generation.text(report.id)

    expected = [ask(i) for i in range(3)]
    with ThreadPoolExecutor(16) as pool:
        for i, found in enumerate(pool.map(ask, range(120))):
            assert found == expected[i % 3]


def test_a_deleted_generation_answers_until_it_is_let_go(copy: Path, encoder: Encoder) -> None:
    generation = open_generation(copy, encoder)
    shutil.rmtree(copy)
    report = generation.reports()[0]
    query = encoder.encode_query("thủ tục hành chính")
    assert generation.passages([i for i, _ in generation.search_vectors(query, 3)])
    assert generation.search_words(["thủ", "tục"], 3)
    assert generation.text(report.id)
    generation.close()


def test_another_encoder_is_refused_and_told_what_to_run(copy: Path, encoder: Encoder) -> None:
    with pytest.raises(EncoderMismatch, match="cchc index --rebuild"):
        open_generation(copy, CountingEncoder(encoder, fingerprint="0" * 64))
    assert open_generation(copy, None).encoder_name == encoder.name


def test_another_version_is_refused_and_told_what_to_run(copy: Path, encoder: Encoder) -> None:
    write_manifest(copy, read_manifest(copy).model_copy(update={"schema_version": "0"}))
    with pytest.raises(IndexOutdated, match="cchc index --rebuild"):
        open_generation(copy, encoder)


def test_the_manifest_tells_what_made_the_generation(generation: Generation, encoder: Encoder) -> None:
    manifest = generation.manifest
    assert manifest.encoder_fingerprint == encoder.fingerprint
    assert set(manifest.libraries) >= {"faiss-cpu", "tantivy", "numpy"}
    assert manifest.counts.reports == 3
    assert np.sum([r.rows for r in generation.reports()]) == manifest.counts.rows


def test_a_flipped_bit_in_any_file_is_noticed(copy: Path, encoder: Encoder) -> None:
    open_generation(copy, encoder).close()
    files = [*read_manifest(copy).files, MANIFEST, SEAL]
    assert len(files) >= 10
    for name in files:
        path = copy / name
        whole = path.read_bytes()
        for at in {0, len(whole) // 2, len(whole) - 1}:
            flipped = bytearray(whole)
            flipped[at] ^= 0x10
            path.write_bytes(flipped)
            with pytest.raises(GenerationDamaged, match=name if name != SEAL else MANIFEST):
                open_generation(copy, encoder)
        path.write_bytes(whole)
    open_generation(copy, encoder).close()


def test_a_missing_or_shortened_file_is_noticed(copy: Path, encoder: Encoder) -> None:
    for name in [*read_manifest(copy).files, MANIFEST, SEAL]:
        path = copy / name
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(GenerationDamaged):
            open_generation(copy, encoder)
        path.write_bytes(whole[:-1])
        with pytest.raises(GenerationDamaged):
            open_generation(copy, encoder, checksums=False)
        path.write_bytes(whole)


def test_a_generation_whose_parts_disagree_is_not_published(copy: Path, encoder: Encoder) -> None:
    generation = open_generation(copy, encoder)
    generation.check()
    generation.close()
    connection = sqlite3.connect(copy / CATALOGUE)
    connection.execute("DELETE FROM reports WHERE period = 'Q1'")
    connection.commit()
    connection.close()
    with pytest.raises(GenerationDamaged):
        manifest = read_manifest(copy)
        Generation(file_parts(copy, manifest), manifest).check()


def test_where_nothing_was_indexed_the_way_is_told(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(NoGeneration, match="cchc index"):
        open_current(tmp_path, encoder)

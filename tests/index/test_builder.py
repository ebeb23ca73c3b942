from __future__ import annotations

import errno
import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest

import index.builder
import index.kept
from corpus.model import Report
from corpus.report import read_report
from index.builder import Builder
from index.chunks import embedding_text
from index.disk import Disk
from index.encoder import Encoder
from index.errors import DuplicateReport, EncoderMismatch, NoGeneration, SourceMissing, UnknownReport
from index.generation import Generation, open_current
from index.indicators import key_text
from index.layout import CATALOGUE, INDICATOR_VECTORS, MANIFEST, MEMBERS, SEAL, VECTORS
from index.manifest import read_manifest
from index.publish import current, generation_path, published
from index.words import tokenize
from tests.index.conftest import DIEN_BIEN, SEED, SON_LA_Q1, CountingEncoder, variant


@pytest.fixture
def data_dir(indexed: Path, tmp_path: Path) -> Path:
    """A copy of the indexed reports, to be changed."""
    return Path(shutil.copytree(indexed, tmp_path / "data", symlinks=True))


@pytest.fixture
def counting(encoder: Encoder) -> CountingEncoder:
    return CountingEncoder(encoder)


@pytest.fixture(scope="module")
def indexed_small(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, indexed: Path) -> Path:
    data_dir = keep(indexed, tmp_path_factory.mktemp("small"))
    shutil.rmtree(data_dir / "vectors")
    Builder(data_dir, encoder).add([SON_LA_Q1])
    return data_dir


@pytest.fixture
def small(tmp_path: Path, indexed_small: Path) -> Path:
    """One short report, indexed, to be changed."""
    return Path(shutil.copytree(indexed_small, tmp_path / "small"))


def keep(indexed: Path, to: Path) -> Path:
    """What is kept outside the generations, in another data directory."""
    for made in ("reports", "vectors", "readings"):
        shutil.copytree(indexed / made, to / made)
    return to


def contents(generation: Generation) -> object:
    """All that a generation answers from, the order of its files apart."""
    reports = generation.reports()
    ids = [p.id for r in reports for p in generation.passages_of(r.id)]
    questions = ("thủ tục hành chính", "1118/QĐ-UBND", "tinh giản biên chế", "kỷ luật công chức")
    return (
        [(r.id, r.metadata, r.passages, r.rows, r.figures) for r in reports],
        [generation.document(r.id) for r in reports],
        generation.passages(ids),
        [generation.rows(r.id) for r in reports],
        generation.indicators(),
        generation.vocabulary(),
        generation.document_mentions("18-NQ/TW"),
        [generation.search_words(tokenize(q), 20) for q in questions],
        [generation.search_words(tokenize(q), 20, folded=True) for q in questions],
        [generation.document_frequency(t) for t in ("thủ", "tục", "thủ_tục", "xã")],
    )


def test_the_same_bytes_again_change_nothing(data_dir: Path, counting: CountingEncoder, report: Report) -> None:
    publication = Builder(data_dir, counting).add([(SEED.read_bytes(), "tên khác.md"), SEED])
    assert publication.unchanged == (report.id,)
    assert publication.added == ()
    assert publication.generation == current(data_dir) == "00001"
    assert counting.encoded == 0


def test_a_new_report_costs_itself(tmp_path: Path, counting: CountingEncoder) -> None:
    read: list[str] = []

    def reader(data: bytes, file_name: str) -> Report:
        read.append(file_name)
        return read_report(data, file_name)

    builder = Builder(tmp_path, counting, read=reader)
    builder.add([SON_LA_Q1])
    before = open_current(tmp_path, counting)
    assert counting.encoded == before.manifest.counts.passages + before.manifest.counts.indicators
    builder.add([DIEN_BIEN])
    after = open_current(tmp_path, counting)
    assert read == [SON_LA_Q1.name, DIEN_BIEN.name]
    new = {key_text(i.path, i.unit) for i in after.indicators()} - {
        key_text(i.path, i.unit) for i in before.indicators()
    }
    texts = {embedding_text(c) for r in after.reports() for c in after.passages_of(r.id)}
    assert len(texts) < after.manifest.counts.passages
    assert counting.encoded == len(texts) + before.manifest.counts.indicators + len(new)


def test_built_up_is_as_built_at_once(tmp_path: Path, indexed: Path, encoder: Encoder) -> None:
    for way in ("steps", "once"):
        keep(indexed, tmp_path / way)
    step_by_step = Builder(tmp_path / "steps", encoder)
    step_by_step.add([SON_LA_Q1])
    step_by_step.add([variant(extra="\n\nMột đoạn nữa về cải cách hành chính ở tỉnh.")], replace=True)
    step_by_step.add([DIEN_BIEN])
    step_by_step.remove(read_report(DIEN_BIEN.read_bytes(), DIEN_BIEN.name).id)
    step_by_step.add([DIEN_BIEN, variant("99/BC-UBND")])
    step_by_step.add([SON_LA_Q1], replace=True)

    Builder(tmp_path / "once", encoder).add([variant("99/BC-UBND"), DIEN_BIEN, SON_LA_Q1])
    built_up, at_once = (open_current(tmp_path / d, encoder) for d in ("steps", "once"))
    assert contents(built_up) == contents(at_once)
    assert np.allclose(built_up.indicator_vectors(), at_once.indicator_vectors(), atol=0.02)

    step_by_step.rebuild()
    rebuilt = open_current(tmp_path / "steps", encoder)
    assert contents(rebuilt) == contents(at_once)
    assert [r.indexed_at for r in rebuilt.reports()] == [r.indexed_at for r in built_up.reports()]


def test_vectors_are_the_same_however_they_came(data_dir: Path, encoder: Encoder, generation: Generation) -> None:
    builder = Builder(data_dir, encoder)
    builder.remove(read_report(SON_LA_Q1.read_bytes(), SON_LA_Q1.name).id)
    builder.add([SON_LA_Q1])
    again = open_current(data_dir, encoder)
    for question in ("tinh giản biên chế", "dịch vụ bưu chính công ích"):
        query = encoder.encode_query(question)
        assert again.search_vectors(query, 10) == generation.search_vectors(query, 10)


def test_another_report_of_the_same_number_is_refused(data_dir: Path, encoder: Encoder) -> None:
    with pytest.raises(DuplicateReport) as refused:
        Builder(data_dir, encoder).add([variant(extra=" ")])
    existing = read_report(SON_LA_Q1.read_bytes(), SON_LA_Q1.name).id
    assert (refused.value.existing_id, refused.value.number) == (existing, "98/BC-UBND")
    assert current(data_dir) == "00001"


def test_replacing_a_report_is_one_publication(data_dir: Path, encoder: Encoder) -> None:
    other = variant(extra="\n\nĐoạn này được thêm vào sau bảng: Xyzzy.")
    publication = Builder(data_dir, encoder).add([other], replace=True)
    replaced = read_report(SON_LA_Q1.read_bytes(), SON_LA_Q1.name).id
    assert publication.removed == (replaced,)
    assert publication.generation == "00002"
    generation = open_current(data_dir, encoder)
    assert generation.report(replaced) is None
    assert len(generation.reports()) == 3
    (hit, _), *_ = generation.search_words(["xyzzy"], 3)
    assert generation.passages([hit])[0].report_id == publication.added[0]


def test_two_files_of_one_number_in_one_call_are_told_apart(small: Path, encoder: Encoder) -> None:
    first, second = variant("99/BC-UBND"), variant("99/BC-UBND", extra=" ")
    with pytest.raises(DuplicateReport):
        Builder(small, encoder).add([first, second])
    publication = Builder(small, encoder).add([first, second], replace=True)
    assert publication.removed == ()
    assert len(publication.added) == 1
    assert len(open_current(small, encoder).reports()) == 2


def test_the_same_number_in_another_year_is_another_report(data_dir: Path, encoder: Encoder) -> None:
    assert len(Builder(data_dir, encoder).add([variant(year=2022)]).added) == 1


def test_a_removed_report_is_gone_everywhere(data_dir: Path, encoder: Encoder, report: Report) -> None:
    Builder(data_dir, encoder).remove(report.id)
    generation = open_current(data_dir, encoder)
    assert generation.report(report.id) is None
    assert generation.rows(report.id) == generation.passages_of(report.id) == generation.sections(report.id) == []
    assert generation.document_mentions("1118/QĐ-UBND") == []
    query = encoder.encode_query("bưu chính công ích")
    found = {i for i, _ in generation.search_vectors(query, 500)} | {
        i for i, _ in generation.search_words(["bưu", "chính"], 500)
    }
    assert {p.report_id for p in generation.passages(sorted(found))} == {r.id for r in generation.reports()}
    assert len(generation.passages(sorted(found))) == len(found)
    with pytest.raises(UnknownReport):
        Builder(data_dir, encoder).remove(report.id)


def test_the_last_report_can_go_and_come_back(small: Path, encoder: Encoder) -> None:
    builder = Builder(small, encoder)
    (only,) = open_current(small, encoder).reports()
    builder.remove(only.id)
    empty = open_current(small, encoder)
    assert empty.reports() == empty.indicators() == []
    assert empty.search_vectors(encoder.encode_query("thủ tục"), 3) == []
    assert empty.search_words(["thủ"], 3) == []
    builder.add([SON_LA_Q1])
    assert [r.id for r in open_current(small, encoder).reports()] == [only.id]


def test_purging_leaves_nothing_of_a_removed_report(data_dir: Path, encoder: Encoder, report: Report) -> None:
    builder = Builder(data_dir, encoder)
    builder.remove(report.id)
    stale = next((data_dir / "reports").glob("*/*.npz")).with_name("passages.0.0.0000.npz")
    stale.write_bytes(b"")
    assert builder.purge() == (report.id,)
    assert not stale.exists()
    assert published(data_dir) == ["00002"]
    secret = "dịch vụ tiếp nhận hồ sơ, trả kết quả giải quyết TTHC là 262.204".encode()
    for path in data_dir.rglob("*"):
        assert report.sha256 not in path.name
        assert not path.is_file() or secret not in path.read_bytes()
    assert len(open_current(data_dir, encoder).reports()) == 2


def test_a_file_that_cannot_be_read_stops_the_call_or_is_told(data_dir: Path, encoder: Encoder) -> None:
    bad = (b"\xff\xfe\x00bad \x80", "hong.md")

    def reader(data: bytes, file_name: str) -> Report:
        if file_name == "hong.md":
            raise ValueError("không đọc được")
        return read_report(data, file_name)

    builder = Builder(data_dir, encoder, read=reader)
    other = variant("99/BC-UBND")
    with pytest.raises(ValueError, match="không đọc được"):
        builder.add([other, bad])
    assert current(data_dir) == "00001"

    errors: list[str] = []
    publication = builder.add([bad, other], on_error=lambda name, _: errors.append(name))
    assert errors == ["hong.md"]
    assert len(publication.added) == 1


def test_progress_goes_up_to_one(tmp_path: Path, encoder: Encoder) -> None:
    heard: list[tuple[str, float]] = []
    Builder(tmp_path, encoder).add([SON_LA_Q1, variant("99/BC-UBND")], on_progress=lambda s, f: heard.append((s, f)))
    fractions = [f for _, f in heard]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert list(dict.fromkeys(s for s, _ in heard)) == ["reading", "embedding", "writing", "publishing"]


def test_another_encoder_needs_a_rebuild(small: Path, encoder: Encoder) -> None:
    other = CountingEncoder(encoder, fingerprint="ab" * 32)
    builder = Builder(small, other)
    with pytest.raises(EncoderMismatch, match="cchc index --rebuild"):
        builder.add([DIEN_BIEN])
    with pytest.raises(EncoderMismatch):
        builder.remove(open_current(small, encoder).reports()[0].id)
    assert current(small) == "00001"
    builder.rebuild()
    generation = open_current(small, other)
    assert len(generation.reports()) == 1
    assert other.encoded == generation.manifest.counts.passages + generation.manifest.counts.indicators


def test_a_new_parser_reads_all_reports_again(
    small: Path, counting: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (index.kept, index.manifest):
        monkeypatch.setattr(module, "PARSER_VERSION", "next")
    read: list[str] = []

    def reader(data: bytes, file_name: str) -> Report:
        read.append(file_name)
        return read_report(data, file_name)

    publication = Builder(small, counting, read=reader).add([SON_LA_Q1])
    assert publication.generation == "00002"
    assert publication.unchanged == (read_report(SON_LA_Q1.read_bytes(), SON_LA_Q1.name).id,)
    assert read == [SON_LA_Q1.name]
    assert counting.encoded == read_manifest(generation_path(small, "00002")).counts.passages


@pytest.mark.parametrize("name", [CATALOGUE, VECTORS, MEMBERS, MANIFEST, SEAL, INDICATOR_VECTORS])
def test_a_damaged_generation_is_built_anew_from_what_is_kept(small: Path, encoder: Encoder, name: str) -> None:
    before = contents(open_current(small, encoder))
    damaged = generation_path(small, "00001") / name
    flipped = bytearray(damaged.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    damaged.write_bytes(flipped)
    Builder(small, encoder).add([SON_LA_Q1])
    assert current(small) == "00002"
    assert contents(open_current(small, encoder)) == before


def test_a_generation_that_tells_nothing_gives_way_to_the_one_before(data_dir: Path, encoder: Encoder) -> None:
    builder = Builder(data_dir, encoder)
    builder.remove(read_report(DIEN_BIEN.read_bytes(), DIEN_BIEN.name).id)
    for name in (CATALOGUE, MEMBERS):
        (generation_path(data_dir, "00002") / name).unlink()
    builder.rebuild()
    assert current(data_dir) == "00003"
    assert len(open_current(data_dir, encoder).reports()) == 3


def test_damaged_kept_results_are_made_again(small: Path, counting: CountingEncoder) -> None:
    before = contents(open_current(small, counting))
    for path in (small / "reports").rglob("*.npz"):
        flipped = bytearray(path.read_bytes())
        flipped[len(flipped) // 2] ^= 1
        path.write_bytes(flipped)
    for path in (small / "reports").rglob("*.json.gz"):
        path.write_bytes(gzip.compress(b'{"id": 1}'))
    Builder(small, counting).rebuild()
    after = open_current(small, counting)
    assert counting.encoded == after.manifest.counts.passages
    assert contents(after) == before


def test_a_lost_source_is_named(small: Path, encoder: Encoder) -> None:
    (only,) = open_current(small, encoder).reports()
    shutil.rmtree(small / "reports" / only.sha256)
    with pytest.raises(SourceMissing, match=SON_LA_Q1.name):
        Builder(small, encoder).rebuild()
    assert current(small) == "00001"
    assert Builder(small, encoder).add([SON_LA_Q1]).unchanged == (only.id,)
    Builder(small, encoder).rebuild()
    assert current(small) == "00002"


def test_there_must_be_something_to_rebuild(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(NoGeneration):
        Builder(tmp_path, encoder).rebuild()


class FailingDisk(Disk):
    """A disk whose n-th operation fails."""

    def __init__(self, fail_at: int, code: int) -> None:
        self.left = fail_at
        self._code = code

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(self._code, "injected")

    def fsync(self, path: Path) -> None:
        self._step()
        super().fsync(path)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)


@pytest.mark.parametrize("code", [pytest.param(errno.ENOSPC, marks=pytest.mark.slow), errno.EIO])
def test_a_failing_disk_fails_the_call_and_not_the_index(small: Path, encoder: Encoder, code: int) -> None:
    data, name = variant("99/BC-UBND")
    (new,) = Builder(small, encoder).add([(data, name)]).added
    Builder(small, encoder).remove(new)
    for path in (small / "reports").glob("*/report.*.gz"):
        path.unlink()  # read again at each try; the vectors are kept, so that a try is short
    steps = 0
    while True:
        steps += 1
        disk = FailingDisk(steps, code)
        before = open_current(small, encoder)
        try:
            Builder(small, encoder, disk=disk).add([(data, name)])
        except OSError as error:
            assert error.errno == code
        after = open_current(small, encoder)
        if after.id == before.id:
            assert after.report(new) is None
        else:
            assert {r.id for r in after.reports()} == {new, *(r.id for r in before.reports())}
        if disk.left > 0:
            break
        if after.report(new):
            Builder(small, encoder).remove(new)
    assert steps > 15
    assert after.report(new) is not None

"""What is read closely is read once, when a report comes; a question costs no reading of rows or sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.report import read_report
from index.builder import Builder
from index.chunks import chunk_report
from index.encoder import Encoder, OnnxEncoder, Tokens
from index.encoder_recipe import MULTILINGUAL_E5_SMALL
from index.generation import open_current
from index.readings import KeptReadings, texts_of
from service.engine import Engine
from tests.index.conftest import DIEN_BIEN, SON_LA_Q1


class CountingReader(OnnxEncoder):
    """The encoder, counting the texts that it reads closely."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.texts = 0

    def read_passages(self, texts: Sequence[str]) -> list[Tokens]:
        self.texts += len(texts)
        return super().read_passages(texts)


@pytest.fixture
def counting(encoder_dir: Path) -> CountingReader:
    return CountingReader(MULTILINGUAL_E5_SMALL.directory(encoder_dir))


def short(path: Path) -> tuple[bytes, str]:
    """A report cut down: its letterhead, its first section, the first page of its appendix."""
    text = path.read_text("utf-8")
    appendix = text[text.index("**Phụ lục I**") :].splitlines()[:28]
    return "\n".join([*text.splitlines()[:28], "", *appendix, ""]).encode(), path.name


def texts(path: Path, encoder: Encoder) -> set[str]:
    report = read_report(*short(path))
    return set(texts_of(report, chunk_report(report, encoder.count_tokens, encoder.max_tokens)))


def test_a_report_is_read_when_it_is_indexed_and_what_two_reports_say_only_once(
    tmp_path: Path, counting: CountingReader
) -> None:
    builder = Builder(tmp_path, counting)
    builder.add([short(SON_LA_Q1)])
    said = texts(SON_LA_Q1, counting)
    assert counting.texts == len(said) > 20
    builder.add([short(DIEN_BIEN)])
    said |= texts(DIEN_BIEN, counting)
    assert counting.texts == len(said)

    engine = Engine(open_current(tmp_path, counting), counting)
    for question in (
        "Số lượng phiếu khảo sát của Sơn La?",
        "Quyết định nào ban hành kế hoạch CCHC năm 2021 của Sơn La?",
    ):
        assert engine.ask(question)[0].citations
    assert counting.texts == len(said)


def test_what_is_kept_is_what_the_encoder_read(
    tmp_path: Path, counting: CountingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    some = ["Số TTHC cấp huyện (Thủ tục)", "Cải cách thể chế › Đã ban hành 12 văn bản QPPL."]
    kept = KeptReadings(Path("var"), counting.fingerprint, counting.dimension)  # as CCHC_DATA may be given
    kept.keep(counting, some)
    found = kept.look_up(some)
    for text, tokens in zip(some, counting.read_passages(some), strict=True):
        inside = tokens.starts >= 0
        vectors = tokens.vectors[inside] / np.linalg.norm(tokens.vectors[inside], axis=1, keepdims=True)
        assert np.array_equal(found[text].ids, tokens.ids[inside])
        assert np.array_equal(found[text].starts, tokens.starts[inside])
        assert (found[text].vectors * vectors).sum(axis=1).min() > 0.999
    assert kept.look_up(["Chưa ai đọc câu này."]) == {}


def test_a_purge_forgets_what_only_deleted_reports_said(tmp_path: Path, counting: CountingReader) -> None:
    builder = Builder(tmp_path, counting)
    leaving, _ = builder.add([short(DIEN_BIEN), short(SON_LA_Q1)]).added
    builder.remove(leaving)
    builder.purge()
    kept = KeptReadings(tmp_path, counting.fingerprint, counting.dimension)
    stay = texts(SON_LA_Q1, counting)
    assert kept.look_up(sorted(stay)).keys() == stay
    gone = texts(DIEN_BIEN, counting) - stay
    assert gone and kept.look_up(sorted(gone)) == {}


def test_a_torn_file_is_as_good_as_none_and_is_made_anew(tmp_path: Path, counting: CountingReader) -> None:
    some = ["Cải cách thể chế", "Cải cách thủ tục hành chính"]
    kept = KeptReadings(tmp_path, counting.fingerprint, counting.dimension)
    kept.keep(counting, some)
    (path,) = (tmp_path / "readings").glob("*.sqlite")
    path.write_bytes(b"torn" * 4096)
    assert kept.look_up(some) == {}
    kept.keep(counting, some)
    assert set(kept.look_up(some)) == set(some)

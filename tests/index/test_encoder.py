"""The exported encoder gives the vectors of the SentenceTransformer it came from, and needs none of its libraries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from index.encoder import Encoder, OnnxEncoder, load_encoder
from index.encoder_recipe import GRAPH, MANIFEST, MULTILINGUAL_E5_SMALL, TOKENIZER
from index.errors import EncoderMissing
from index.sentence_transformer_encoder import SentenceTransformerEncoder
from tests.conftest import ROOT, SEED

QUESTIONS = (
    "Số thủ tục hành chính cấp huyện đang có hiệu lực?",
    "Tỷ lệ hồ sơ giải quyết đúng hạn tại Trung tâm Phục vụ hành chính công là bao nhiêu?",
    "ban co biet so TTHC cap xa khong",
    "1118/QĐ-UBND",
)
PASSAGES = (
    "Công bố 1.695 thủ tục hành chính đang có hiệu lực, trong đó cấp tỉnh 1.342, cấp huyện 235, cấp xã 118 thủ tục.",
    "Mức độ hiện đại hóa hành chính: 99,99% văn bản trao đổi giữa các cơ quan nhà nước dưới dạng điện tử.",
    "Tinh giản biên chế 107 người theo Nghị định số 108/2014/NĐ-CP.",
    "Mưa lớn gây sạt lở đất ở nhiều bản vùng cao.",
    "Ngắn.",
    "Đẩy mạnh tuyên truyền cải cách hành chính trên báo, đài. " * 60,
)


@pytest.fixture(scope="module")
def directory(encoder: Encoder, installed_data: Path) -> Path:
    return MULTILINGUAL_E5_SMALL.directory(installed_data)


@pytest.fixture(scope="module")
def reference(directory: Path) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(directory))


def test_serving_imports_no_torch(installed_data: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from index.encoder import load_encoder;"
        "load_encoder(Path(sys.argv[1]), None).encode_query('thủ tục hành chính');"
        "print(*sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, str(installed_data)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == []


def test_vectors_are_those_of_the_sentence_transformer(encoder: Encoder, reference: SentenceTransformerEncoder) -> None:
    ours = np.vstack([encoder.encode_passages(PASSAGES), *map(encoder.encode_query, QUESTIONS)])
    theirs = np.vstack([reference.encode_passages(PASSAGES), *map(reference.encode_query, QUESTIONS)])
    assert (ours * theirs).sum(axis=1).min() >= 0.995


def test_a_query_and_a_passage_are_prompted_apart(encoder: Encoder) -> None:
    text = PASSAGES[0]
    assert float(encoder.encode_query(text) @ encoder.encode_passages([text])[0]) < 0.999


def test_vectors_have_unit_length_and_the_order_of_the_texts(encoder: Encoder) -> None:
    together = encoder.encode_passages(PASSAGES)
    alone = np.vstack([encoder.encode_passages([text]) for text in PASSAGES])
    assert together.dtype == np.float32
    assert together.shape == (len(PASSAGES), encoder.dimension)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    assert (together * alone).sum(axis=1).min() >= 0.999


def test_a_question_is_nearest_to_the_passage_that_answers_it(encoder: Encoder) -> None:
    scores = encoder.encode_passages(PASSAGES) @ encoder.encode_query("thủ tục hành chính")
    assert scores.argmax() == 0
    assert scores[0] > scores[3] + 0.03


def test_progress_reaches_the_whole(encoder: Encoder) -> None:
    told: list[tuple[int, int]] = []
    encoder.encode_passages(PASSAGES * 5, lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1] == (30, 30)


def test_no_passages_are_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.dimension)


def test_what_is_too_long_counts_in_full_and_is_cut_like_the_sentence_transformer(
    encoder: Encoder, reference: SentenceTransformerEncoder
) -> None:
    text = PASSAGES[5] * 3
    assert encoder.count_tokens(text) > encoder.max_tokens == 512
    assert float(encoder.encode_passages([text])[0] @ reference.encode_passages([text])[0]) >= 0.995


def test_tokens_are_counted_with_the_prompt(encoder: Encoder, reference: SentenceTransformerEncoder) -> None:
    assert encoder.count_tokens("thủ tục") == len(["<s>", "▁passage", ":", "▁thủ", "▁tục", "</s>"])
    assert [encoder.count_tokens(text) for text in PASSAGES] == [reference.count_tokens(text) for text in PASSAGES]


def test_the_trimmed_vocabulary_cuts_a_report_into_the_same_pieces(directory: Path) -> None:
    whole = Tokenizer.from_file(str(directory / "tokenizer.json"))
    trimmed = Tokenizer.from_file(str(directory / TOKENIZER))
    assert trimmed.get_vocab_size() < whole.get_vocab_size() / 2
    text = SEED.read_text(encoding="utf-8")
    assert trimmed.encode(text).tokens == whole.encode(text).tokens


def test_another_script_is_unknown_and_does_no_harm(encoder: Encoder) -> None:
    vector = encoder.encode_query("行政手续 có bao nhiêu?")
    assert np.isfinite(vector).all()


def test_threads_share_one_encoder(encoder: Encoder) -> None:
    expected = [encoder.encode_query(question) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(encoder.encode_query, QUESTIONS * 20))
    for at, vector in enumerate(vectors):
        assert vector == pytest.approx(expected[at % len(QUESTIONS)], abs=1e-5)


def test_an_encoder_that_was_not_built_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing) as caught:
        load_encoder(tmp_path, None)
    assert f"CCHC_DATA={tmp_path} make encoder" in caught.value.message


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER])
def test_a_flipped_bit_is_noticed(directory: Path, tmp_path: Path, name: str) -> None:
    for part in (MANIFEST, GRAPH, TOKENIZER):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        shutil.copyfile(directory / part, tmp_path / part)
    OnnxEncoder(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EncoderMissing, match="đã bị hỏng"):
        OnnxEncoder(tmp_path)


def test_the_directory_of_an_exported_encoder_can_be_named(directory: Path, encoder: Encoder, tmp_path: Path) -> None:
    named = load_encoder(tmp_path, str(directory))
    assert isinstance(named, OnnxEncoder)
    assert named.fingerprint == encoder.fingerprint


def test_any_sentence_transformer_can_be_named(
    directory: Path, encoder: Encoder, tmp_path: Path, reference: SentenceTransformerEncoder
) -> None:
    copy = tmp_path / "mine"
    shutil.copytree(directory, copy, copy_function=lambda source, target: Path(target).symlink_to(source))
    (copy / MANIFEST).unlink()
    named = load_encoder(tmp_path, str(copy))
    assert isinstance(named, SentenceTransformerEncoder)
    assert named.fingerprint == reference.fingerprint != encoder.fingerprint


def test_a_name_that_leads_nowhere_is_explained(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderMissing, match="CCHC_ENCODER"):
        load_encoder(tmp_path, str(tmp_path / "empty"))


def test_encoding_leaves_nothing_in_the_home_directory(directory: Path, tmp_path: Path) -> None:
    """Where onnxruntime would keep the number by which it tells its maker of this machine."""
    code = (
        "import sys; from pathlib import Path; from index.encoder import OnnxEncoder\n"
        "OnnxEncoder(Path(sys.argv[1])).encode_query('thủ tục')"
    )
    elsewhere = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    subprocess.run(
        [sys.executable, "-c", code, directory], env={**elsewhere, "HOME": str(tmp_path)}, cwd=ROOT, check=True
    )
    assert not list(tmp_path.rglob("*"))

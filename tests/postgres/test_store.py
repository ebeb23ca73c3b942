"""The same corpus in files and in PostgreSQL gives the same of everything."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import psycopg
import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.errors import EncoderMismatch, IndexOutdated, NoGeneration
from index.generation import Generation, open_current, open_generation
from index.postgres.store import PostgresStore
from index.publish import generation_path, published
from index.words import tokenize
from service.engine import Engine
from tests.index.conftest import CountingEncoder
from tests.postgres.server import Postgres
from tests.running import ROOT, Service, ask, cchc, environment

QUESTIONS = [
    json.loads(line)
    for name in ("seed", "multi")
    for line in (ROOT / f"tests/eval/{name}.jsonl").open(encoding="utf-8")
]
ASKED = [gold["question"] for gold in QUESTIONS if "question" in gold][::9]


def test_everything_read_is_the_same(files: Generation, store: PostgresStore, encoder: Encoder) -> None:
    store.take(files)
    copy = store.open(encoder)
    assert copy.reports() == files.reports()
    assert copy.indicators() == files.indicators()
    assert copy.vocabulary() == files.vocabulary()
    assert np.array_equal(copy.indicator_vectors(), files.indicator_vectors())
    for report in files.reports():
        assert copy.document(report.id) == files.document(report.id)
        passages = files.passages_of(report.id)
        assert copy.passages_of(report.id) == passages
        ids = [passage.id for passage in passages]
        assert np.array_equal(copy.passage_vectors(ids), files.passage_vectors(ids))
        source, original = copy.source_path(report.id), files.source_path(report.id)
        assert source is not None and original is not None
        assert source != original and source.read_bytes() == original.read_bytes()
    mention = files.document_mentions("1118/QĐ")
    assert mention and copy.document_mentions("1118/QĐ") == mention
    copy.check()


def test_searches_find_the_same_in_the_same_order(files: Generation, store: PostgresStore, encoder: Encoder) -> None:
    store.take(files)
    copy = store.open(encoder)
    scopes = [None, *([report.id] for report in files.reports())]
    for question in ASKED:
        vector = encoder.encode_query(question)
        for scope in scopes:
            near, same = files.search_vectors(vector, 16, scope), copy.search_vectors(vector, 16, scope)
            assert [i for i, _ in near] == [i for i, _ in same]
            assert np.allclose([s for _, s in near], [s for _, s in same], atol=1e-5)
            for folded in (False, True):
                words = files.search_words(tokenize(question), 16, scope, folded)
                worded = copy.search_words(tokenize(question), 16, scope, folded)
                assert [i for i, _ in words] == [i for i, _ in worded]
                assert np.allclose([s for _, s in words], [s for _, s in worded], rtol=1e-5)
        for token in tokenize(question):
            assert files.document_frequency(token) == copy.document_frequency(token)


def test_answers_are_equal(files: Generation, store: PostgresStore, encoder: Encoder) -> None:
    store.take(files)
    ours, theirs = Engine(files, encoder), Engine(store.open(encoder), encoder)
    own = {"generation", "elapsed_ms"}
    for question in ASKED[::5]:
        answer, same = ours.ask(question)[0], theirs.ask(question)[0]
        assert answer.model_dump(exclude=own) == same.model_dump(exclude=own), question


def test_a_publication_costs_its_difference_and_old_readers_read_on(
    data: Path, store: PostgresStore, encoder: Encoder
) -> None:
    newest, before, first = (open_generation(generation_path(data, name), encoder) for name in published(data))
    assert store.current() is None
    with pytest.raises(NoGeneration):
        store.open(encoder)
    assert store.take(first) == "00001"
    assert store.take(newest) == "00002" == store.current()
    reader = store.open(encoder)
    leaving = next(iter({r.id for r in newest.reports()} - {r.id for r in before.reports()}))
    store.take(before)
    assert reader.rows(leaving) == newest.rows(leaving)
    after = store.open(encoder)
    assert after.reports() == before.reports()
    assert after.indicators() == before.indicators()
    assert after.vocabulary() == before.vocabulary()
    assert after.document_frequency("huyện") == before.document_frequency("huyện")
    assert leaving not in {r.id for r in after.reports()}
    store.take(before)
    assert reader.row(leaving, 0) is None  # the publication after that takes its rows


def test_another_encoder_and_a_later_version_are_refused(
    files: Generation, store: PostgresStore, postgres: Postgres, encoder: Encoder
) -> None:
    store.take(files)
    other = CountingEncoder(encoder, "another")
    with pytest.raises(EncoderMismatch):
        store.open(other)
    with psycopg.connect(postgres.url) as db:
        db.execute("INSERT INTO cchc.steps (step) VALUES (999)")
    with pytest.raises(IndexOutdated):
        store.take(files)


def test_copied_there_and_back_it_is_the_same(
    data: Path, files: Generation, store: PostgresStore, postgres: Postgres, tmp_path: Path, encoder: Encoder
) -> None:
    back = tmp_path / "back"
    env = environment(data)
    for source, target in ((str(data), postgres.url), (postgres.url, str(back))):
        done = cchc("copy", "--from", source, "--to", target, env=env)
        assert done.returncode == 0, done.stderr
    copy = open_current(back, encoder)
    assert {r.id for r in copy.reports()} == {r.id for r in files.reports()}
    for report in files.reports():
        assert copy.document(report.id) == files.document(report.id)
    counting = CountingEncoder(encoder)
    assert Builder(back, counting).rebuild().generation == "00002"
    assert counting.encoded == 0


def test_machines_without_files_answer_from_it(
    files: Generation, store: PostgresStore, postgres: Postgres, data: Path, tmp_path: Path
) -> None:
    store.take(files)
    empty = tmp_path / "api"
    empty.mkdir()
    (empty / "encoder").symlink_to((data / "encoder").resolve())
    with Service(empty, store=postgres.url) as service, service.client() as client:
        assert ask(client)["figures"][0]["value_text"] == "235"
        assert not (empty / "generations").exists()

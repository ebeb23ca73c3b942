"""The checks of a report are made when it is indexed, and are the same as when a question has to make them."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

from index.builder import Builder
from index.encoder import Encoder
from index.generation import open_current
from service.checks import check_report
from service.engine import Engine
from service.kept_checks import keep_checks, kept_checks
from service.lexicon import lexicon
from tests.running import SEED, SYNTHETIC, new_data


def test_indexing_makes_the_checks_that_questions_look_up(
    tmp_path: Path, installed_data: Path, encoder: Encoder
) -> None:
    data = new_data(tmp_path / "data", installed_data)
    added = Builder(data, encoder, examine=keep_checks).add([SEED, SYNTHETIC[0]]).added
    generation = open_current(data, encoder)
    engine = Engine(generation, encoder)
    for report_id in added:
        report = generation.document(report_id)
        (file,) = (data / "reports" / report.sha256).glob("checks.*")
        made = check_report(report, lexicon())
        assert made and engine.checks(report_id) == kept_checks(file.parent, report.metadata) == made

        # An operator who says that the report is of another year is not shown the checks of this one.
        assert kept_checks(file.parent, replace(report.metadata, year=1999)) is None

        file.write_bytes(gzip.compress(b"[]"))
        assert Engine(generation, encoder).checks(report_id) == (), "they are looked up"
        for broken in (b"", b"torn", gzip.compress(b"[{]"), gzip.compress(b"[]")[:-4]):
            file.write_bytes(broken)
            assert Engine(generation, encoder).checks(report_id) == made
        keep_checks(report, file.parent)
        assert kept_checks(file.parent, report.metadata) == made


def test_checks_outlast_a_purge_and_go_with_their_report(
    tmp_path: Path, installed_data: Path, encoder: Encoder
) -> None:
    data = new_data(tmp_path / "data", installed_data)
    builder = Builder(data, encoder, examine=keep_checks)
    leaving, staying = builder.add([SEED, SYNTHETIC[0]]).added
    builder.remove(leaving)
    builder.purge()
    assert [path.parent.name[:16] for path in (data / "reports").glob("*/checks.*")] == [staying]


def test_checks_of_other_rules_are_put_away(tmp_path: Path, installed_data: Path, encoder: Encoder) -> None:
    data = new_data(tmp_path / "data", installed_data)
    builder = Builder(data, encoder, examine=keep_checks)
    builder.add([SEED])
    (file,) = (data / "reports").glob("*/checks.*")
    file.rename(file.with_name("checks.0000000000000000.json.gz"))
    builder.rebuild()
    assert list(file.parent.glob("checks.*")) == [file]

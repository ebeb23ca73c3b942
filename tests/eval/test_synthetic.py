"""The synthetic reports are the same every time, say what they are, and fill in the seed's form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.eval.appendix import read_rows
from tests.eval.synthetic import FIXED, Spec, file_name, generate, markdown
from tests.eval.synthetic.prose import SYNTHETIC

REPORTS = Path(__file__).parent / "reports"


@pytest.mark.parametrize("spec", FIXED, ids=[spec.number for spec in FIXED])
def test_committed_report_is_what_the_generator_writes(spec: Spec) -> None:
    assert (REPORTS / file_name(spec)).read_text(encoding="utf8") == markdown(spec)


def test_nothing_else_is_committed_beside_them() -> None:
    assert {path.name for path in REPORTS.iterdir()} == {file_name(spec) for spec in FIXED}


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    first = generate(tmp_path / "first", 40, seed=7)
    second = generate(tmp_path / "second", 40, seed=7)
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_every_generated_report_is_labelled_distinct_and_filled_in(tmp_path: Path) -> None:
    paths = generate(tmp_path, 300)
    assert len(set(paths)) == len({path.read_bytes() for path in paths}) == 300
    for path in paths:
        assert path.name.startswith("synthetic-")
        assert SYNTHETIC in path.read_text(encoding="utf8")
        assert 90 <= len(read_rows(path)) <= 98


def test_all_years_can_be_generated(tmp_path: Path) -> None:
    wanted = 63 * 4 * 10 - len(FIXED) - 1
    assert len(generate(tmp_path, 63 * 4 * 10)) == wanted

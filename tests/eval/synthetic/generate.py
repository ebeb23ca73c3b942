"""Many reports for tests of scale: every province, period and year once before any comes again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import get_args

from tests.eval.synthetic.fixed import FIXED
from tests.eval.synthetic.form import MAY_BE_EMPTY, MAY_BE_LEFT_OUT, Wording
from tests.eval.synthetic.report import file_name, markdown
from tests.eval.synthetic.spec import PERIODS, PROVINCES, SIGNING_MONTHS, Spec

YEARS = tuple(range(2021, 2011, -1))
SEED_REPORT = ("Sơn La", 2021, "H1")


def generate(out_dir: Path, n: int, seed: int = 0) -> list[Path]:
    """Write the first `n` reports of `seed` into `out_dir` and name the files."""
    out_dir.mkdir(parents=True, exist_ok=True)
    paths = []
    for spec in islice(specs(seed), n):
        path = out_dir / file_name(spec)
        path.write_text(markdown(spec), encoding="utf8")
        paths.append(path)
    return paths


def specs(seed: int) -> Iterator[Spec]:
    """All 63 x 4 x 10 reports but the seed's and the fixed ones, newest year first, in an order drawn from `seed`."""
    draw = Random(f"{seed}|specs")
    taken = {SEED_REPORT, *((spec.province, spec.year, spec.period) for spec in FIXED)}
    for year in YEARS:
        wanted = [(province, year, period) for province in PROVINCES for period in PERIODS]
        draw.shuffle(wanted)
        for key in wanted:
            if key not in taken:
                yield _spec(*key, seed, draw)


def _spec(province: str, year: int, period: str, seed: int, draw: Random) -> Spec:
    month = SIGNING_MONTHS[period]
    empty = draw.sample(MAY_BE_EMPTY, draw.randint(0, 2))
    return Spec(
        province,
        year,
        period,
        number=f"{draw.randint(20, 99) + 30 * month}/BC-UBND",
        signed_on=date(year, month, draw.randint(8, 20)),
        wording=draw.choice(get_args(Wording)),
        letterhead=draw.random() < 0.5,
        repeated_codes=draw.random() < 0.3,
        left_out=frozenset(draw.sample(MAY_BE_LEFT_OUT, draw.randint(0, 4))),
        printed={key: draw.choice(("", "-")) for key in empty},
        seed=seed,
    )

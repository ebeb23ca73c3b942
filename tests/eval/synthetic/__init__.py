"""Synthetic reports on the seed's form: any number of them, always the same for the same seed.

    generate(Path("/tmp/reports"), n=200, seed=1)

or `python -m tests.eval.synthetic OUT_DIR N [SEED]`. Every one says in its text and in its file
name that it is synthetic.
"""

from tests.eval.synthetic.fixed import FIXED
from tests.eval.synthetic.generate import generate, specs
from tests.eval.synthetic.report import file_name, markdown
from tests.eval.synthetic.spec import Spec

__all__ = ["FIXED", "Spec", "file_name", "generate", "markdown", "specs"]

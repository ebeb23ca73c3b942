"""A question in, a cited answer out: understanding, scope, figures, passages, composing, verifying, and HTTP over it."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `index` does, which may be imported after numpy here

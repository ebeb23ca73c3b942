"""A question in, a cited answer out: understanding, scope, figures, passages, composing, verifying, and HTTP over it."""

import index  # noqa: F401  (what it sets for numpy has to be set before any module here loads numpy)

"""A question in, a cited answer out: understanding, scope, figures, passages, composing, verifying, and HTTP over it."""

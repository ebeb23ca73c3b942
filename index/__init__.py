"""Reports to one immutable generation of the index, and reading it: passages, vectors, words, catalogue."""

import os

# Before numpy is loaded: the matrices of one question are small, and a second thread waits for its core longer than it
# computes as soon as anything else runs (a question took three times the processor's time).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

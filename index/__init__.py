"""Reports to one immutable generation of the index, and reading it: passages, vectors, words, catalogue."""

import os

# Before numpy is loaded: the matrices of one question are small, and a second thread waits for its core longer than it
# computes as soon as anything else runs (a question took three times the processor's time).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# onnxruntime tells its maker of each session over the network, and keeps a number for this machine in the home directory,
# unless it finds this when it is imported. Nothing leaves the machine.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

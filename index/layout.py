"""The files of a generation."""

from __future__ import annotations

CATALOGUE = "catalogue.sqlite"
VECTORS = "vectors.faiss"
WORDS = "words"
INDICATOR_VECTORS = "indicator_vectors.npy"
MEMBERS = "reports.json"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"

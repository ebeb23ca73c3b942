"""Which rows of different reports are the same indicator."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from corpus.text import collapse, old_tone_placement

_DIGEST_BYTES = 6  # 48 bits: exact in JSON and JavaScript, and far from collisions at thousands of indicators


def key_text(path: Sequence[str], unit: str | None) -> str:
    """What an indicator is embedded and recognised by: "Cải cách thủ tục hành chính › Thống kê TTHC › … (Thủ tục)"."""
    joined = " › ".join(collapse(old_tone_placement(name)) for name in path)
    return f"{joined} ({collapse(old_tone_placement(unit))})" if unit else joined


def indicator_id(path: Sequence[str], unit: str | None) -> int:
    """The same for rows whose path and unit differ in case, spaces, tone placement or closing marks only."""
    names = (_normal(name) for name in (*path, unit or ""))
    return _digest("\x1f".join(names))


def heading_id(path: Sequence[str], unit: str | None) -> int:
    """One printed form of an indicator: its path and unit to the letter."""
    return _digest("\x1f".join((*path, "\x1e", unit or "")))


def _normal(text: str) -> str:
    return collapse(old_tone_placement(text)).lower().strip(" .:;,")


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest())

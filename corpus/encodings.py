"""Old Vietnamese letters: TCVN3 (".VnTime"), VNI and VISCII fonts, Windows-1258 and UTF-16 bytes.

Whether a document is in an old encoding is judged on all of it; then each piece (a line, a cell) is
decoded by itself, because one table may be typed in .VnTime and the next in Times New Roman.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from viparse.normalize.tables import Charmap, build_charmap, convert
from viparse.normalize.tcvn3 import TCVN3
from viparse.normalize.viscii import VISCII
from viparse.normalize.vni import VNI

from corpus.errors import UnreadableReport
from corpus.text import fold

Decoder = Callable[[str], str]

_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f])*")
_TONES = set("\u0300\u0301\u0303\u0309\u0323")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?"
    r"(?:uya|uay|uoi|uou|ieu|yeu|oai|oay|oao|oeo|uyu|uay|ai|ao|au|ay|eo|eu|ia|iu|oi|ui|uu|ua"
    r"|(?:uye|oa|oe|oo|ua|ue|uo|uy|ie|ye|[aeiouy])(?:ch|ng|nh|[cmnpt])?)"
)
_LETTERS = frozenset(
    unicodedata.normalize("NFC", base + tone)
    for base in (*"aăâbcdđeêghiklmnoôơpqrstuưvxy",)
    for tone in ("", *(_TONES if base in "aăâeêioôơuưy" else ()))
)
# Letters that no Unicode Vietnamese text has, and which old encodings put in nearly every word.
_FOREIGN = re.compile(
    "[\x80-\xbf\xc4-\xc7\xcb\xce-\xd1\xd6-\xd8\xdb-\xdc\xde-\xdf\xe4-\xe7\xeb\xee-\xf1\xf6-\xf8\xfb-\xff\u2212\u2219]"
)
_UNICODE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_HIGH = re.compile("[\x80-\xff]")
_PRINTED_SIGNS = re.compile("[\xa0\xab\xb0-\xb3\xb7\xbb\xd7\xf7\xad\u2212]|§|©|®")
_ENOUGH = 0.75
_FEW_WORDS = 3


def _complete_vni() -> Charmap:
    """viparse leaves out the rarest VNI letters, which its sample files happen not to hold."""
    return build_charmap("vni", [*VNI.pairs, *(("aú", "ẳ"), ("AÚ", "Ẳ"), ("î", "ỵ"), ("Î", "Ỵ"))])


_CHARMAPS: dict[str, Charmap] = {"tcvn3": TCVN3, "vni": _complete_vni(), "viscii": VISCII}
_NAMES = {"tcvn3": "TCVN3", "vni": "VNI", "viscii": "VISCII"}


@cache
def _is_syllable(word: str) -> bool:
    if not _LETTERS.issuperset(word.lower()):
        return False
    tones = sum(char in _TONES for char in unicodedata.normalize("NFD", word))
    return tones <= 1 and _SYLLABLE.fullmatch(fold(word.lower().replace("đ", "d"))) is not None


def vietnamese_share(text: str) -> float:
    """Which part of the words with marks can be Vietnamese syllables."""
    words = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _capitals(source: str, decoded: str) -> str:
    """TCVN3 has no capitals with marks: the font draws them. A word typed in capitals gets them back."""
    letters = re.sub(r"[^A-Za-z]", "", source)
    if letters.isupper() and len(letters) >= 5:
        return decoded.upper()

    def capital(match: re.Match[str]) -> str:
        plain = [c for c in match.group(0) if c.isascii()]
        return match.group(0).upper() if len(plain) > 1 and all(c.isupper() for c in plain) else match.group(0)

    return re.sub(r"[^\W\d_]+", capital, decoded)


def decode(text: str, encoding: str) -> str:
    """Unicode of text in one of the old encodings ("tcvn3", "vni", "viscii")."""
    decoded = convert(text, _CHARMAPS[encoding])
    return _capitals(text, decoded) if encoding == "tcvn3" else decoded


def _is_foreign(piece: str) -> bool:
    """Whether a piece holds letters of an old encoding and none of Unicode's."""
    return _UNICODE.search(piece) is None and _FOREIGN.search(piece) is not None


def detect(pieces: Iterable[str]) -> str | None:
    """The old encoding that a document's pieces are typed in, or None when all of them are Unicode."""
    suspects = [piece for piece in pieces if _is_foreign(piece)]
    sample = "\n".join(suspects)[:40_000]
    words = [w for w in re.findall(r"\S+", sample) if _HIGH.search(_PRINTED_SIGNS.sub("", w))]
    if len(words) < _FEW_WORDS:
        return None
    scores = Counter({name: vietnamese_share(decode(sample, name)) for name in _CHARMAPS})
    name, best = scores.most_common(1)[0]
    return name if best >= _ENOUGH and best > vietnamese_share(sample) + 0.1 else None


def decoder_for(pieces: Iterable[str]) -> tuple[Decoder, str | None]:
    """How to decode each piece of a document in order, and the name of the old encoding found.

    A piece whose letters both encodings have ("Sè" is "Số" in TCVN3, "hòa" is Unicode) goes with the
    piece before it.
    """
    kept = list(pieces)
    encoding = detect(kept)
    if encoding is None:
        return str, None
    last_was_old = next((_is_foreign(p) for p in kept if _UNICODE.search(p) or _is_foreign(p)), False)

    def decode_piece(piece: str) -> str:
        nonlocal last_was_old
        if _UNICODE.search(unicodedata.normalize("NFC", piece)):
            last_was_old = False
            return piece
        if _FOREIGN.search(_PRINTED_SIGNS.sub("", piece)):
            last_was_old = True
        elif not (_HIGH.search(piece) and last_was_old):
            return piece
        return decode(piece, encoding)

    return decode_piece, _NAMES[encoding]


def decode_bytes(data: bytes) -> str:
    """The text of a text file: UTF-8, UTF-16, else the one-byte encoding that gives Vietnamese.

    Raises:
        UnreadableReport: it is none of these.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    readings = (data.decode("cp1258", "replace"), data.decode("latin-1"))
    windows = unicodedata.normalize("NFC", readings[0])
    lines = readings[1].split("\n")
    encoding = detect(lines)
    old = decode("\n".join(lines[:400]), encoding) if encoding else ""
    if vietnamese_share(windows[:40_000]) > max(vietnamese_share(old), 0.5):
        return windows
    if encoding is None:
        raise UnreadableReport(
            "unsupported_format", "Không nhận ra bảng mã của tệp văn bản. Hãy lưu tệp dưới dạng UTF-8 rồi tải lên."
        )
    return readings[1]

"""Who issued a report: the name over its number, spelled as running text spells it."""

from __future__ import annotations

import re

from corpus.places import find_provinces
from corpus.text import collapse, fold, plain

_CITIES = ("Hà Nội", "Hồ Chí Minh", "Đà Nẵng", "Hải Phòng", "Cần Thơ")
_PLACE = r"(?:tỉnh|thành phố|huyện|quận|thị xã|thị trấn|phường|xã)"
# "ỦY BAN NHÂN DÂN" / "TỈNH SƠN LA", "SỞ KẾ HOẠCH" / "VÀ ĐẦU TƯ": the letterhead is centred on several lines.
_GOES_ON = re.compile(rf"(?:{_PLACE}|và)\s", re.I)
_BODY = re.compile(
    r"(?:(?:ủy|uỷ) ban nhân dân|ubnd|hội đồng nhân dân|hđnd|bộ|sở|ban|văn phòng|(?:tổng |chi )?cục|thanh tra|chính phủ"
    r"|(?:tỉnh|thành|huyện|quận|thị) (?:ủy|uỷ))\b",
    re.I,
)
_NAMED_PLACE = re.compile(rf"( {_PLACE} |^\w+ (?:ủy|uỷ) )(.+)")
_COUNTRY = re.compile(r"c[ộo]ng h(?:òa|oà) xã hội|độc lập|đảng cộng sản", re.I)
_NUMBER_LINE = re.compile(r"số\b", re.I)


def canonical_issuer(text: str) -> str:
    """ "ỦY BAN NHÂN DÂN TỈNH SƠN LA" -> "UBND tỉnh Sơn La", "SỞ NỘI VỤ" -> "Sở Nội vụ"."""
    text = collapse(plain(text)).strip(" .,;:")
    text = re.sub(r"(?i)^(ủy|uỷ|ùy) ban nhân dân", "UBND", text)
    named = find_provinces(text)
    if named and text[:4].upper() == "UBND":
        name = named[-1][0]
        city = name in _CITIES or re.search(r"thành phố|tp\b", text, re.I)
        if re.match(r"(?i)UBND\s+(tỉnh|thành phố|tp\.?)?\s*\S", text) and not re.search(
            r"(?i)huyện|quận|thị xã|xã|phường|thị trấn", text
        ):
            return f"UBND {'thành phố' if city else 'tỉnh'} {name}"
    return _in_small_letters(text) if text.isupper() else text


def _in_small_letters(text: str) -> str:
    """A name printed in capitals as running text has it: "SỞ KẾ HOẠCH VÀ ĐẦU TƯ" is "Sở Kế hoạch và Đầu tư"."""
    text = re.sub(r"^\w|(?<=^sở )\w|(?<=^bộ )\w|(?<= và )\w|(?<=, )\w", _upper, text.lower())
    text = _NAMED_PLACE.sub(lambda m: m.group(1) + re.sub(r"(?<!\w)\w", _upper, m.group(2)), text)
    return re.sub(r"\b(?:ubnd|hđnd)\b", _upper, text, flags=re.I)


def _upper(match: re.Match[str]) -> str:
    return match.group(0).upper()


def letterhead_issuer(head: str) -> str | None:
    """The body named last before the number; a department with the province of the body above it."""
    bodies: list[str] = []
    for line in head.split("\n"):
        printed = plain(line.split("\t")[0])
        if bodies and _NUMBER_LINE.match(printed):
            break
        name = _COUNTRY.split(printed)[0].strip(" -*|")
        if not name or name.upper() != name or fold(name).lower().startswith("kinh gui"):
            continue
        if bodies and _GOES_ON.match(name):
            bodies[-1] = f"{bodies[-1]} {name}"
        elif _BODY.match(name):
            bodies.append(name)
    if not bodies:
        return None
    issuer = canonical_issuer(bodies[-1])
    if issuer in ("UBND", "HĐND"):  # of which province isn't legible
        return None
    above = canonical_issuer(bodies[-2]) if len(bodies) > 1 else ""
    if above.startswith("UBND ") and not find_provinces(issuer):
        issuer = f"{issuer} {above.removeprefix('UBND ')}"
    return issuer

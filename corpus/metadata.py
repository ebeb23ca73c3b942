"""Number, date, issuer, title and period of a report, from wherever the text gives them.

The letterhead first, then the title, then the appendix caption ("Kèm theo Báo cáo số … ngày … của …").
What isn't found is None and a warning; nothing is guessed from the body.
"""

from __future__ import annotations

import re
from datetime import date

from corpus.issuers import canonical_issuer, letterhead_issuer
from corpus.model import Metadata, Section
from corpus.text import collapse, fold, nfc, plain

MISSING: dict[str, str] = {
    name: f"Không tìm thấy {what} trong văn bản; quản trị viên hãy điền vào thông tin báo cáo."
    for name, what in (
        ("number", "số ký hiệu"), ("signed_on", "ngày ký"), ("issuer", "cơ quan ban hành"), ("title", "tên báo cáo"),
        ("year", "năm báo cáo"), ("period", "kỳ báo cáo"),
    )
}  # fmt: skip
"""The warning that asks for each thing a report doesn't say of itself, by the field of `Metadata`."""

# 203/BC-UBND of the state, 15-BC/TU of the party.
_FORM = r"\d{1,5}\s*/\s*BC\s*-\s*[A-ZĐ]+(?:\s*-\s*[A-ZĐ]+)*|\d{1,5}\s*-\s*[A-ZĐ]{2,4}\s*/\s*[A-ZĐ]{1,6}"
# At the start of a line or a cell: in running text ("Báo cáo số 156/BC-BCSD") it is another document's.
_NUMBER = re.compile(rf"(?:^|[\t|])[\s*]*(?:số|so)\s*:?[\s*]*({_FORM})", re.I | re.M)
_MOTTO = re.compile(r"độc lập\W{1,5}tự do\W{1,5}hạnh phúc", re.I)
_CAPTION = re.compile(
    rf"(?:kèm theo|ban hành kèm)\s*báo cáo số\s*:?\s*(?P<number>{_FORM})?[^\n]*?"
    r"ngày\s+(?P<day>\d{1,2})(?:\s+tháng\s+|[/.])(?P<month>\d{1,2})(?:\s+năm\s+|[/.])(?P<year>\d{4})"
    r"(?:\s+của\s+(?P<issuer>[^)\n*]+))?",
    re.I,
)
_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.I)
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_PERIODS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Q", re.compile(r"quy\s+(iv|iii|ii|i|[1-4])\b")),
    ("H1", re.compile(r"(6|06|sau) thang dau nam|6 thang nam|nua dau nam|6 thang\b(?! cuoi)")),
    ("M9", re.compile(r"(9|09|chin) thang")),
    ("MONTH", re.compile(r"\bthang\s+(\d{1,2})\b")),
    ("YEAR", re.compile(r"\bnam\s+20\d{2}")),
)
_QUARTER = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ROLE = re.compile(r"(?:(?:q\.|quyen|pho)\s*)?(?:chu tich|giam doc|bo truong|thu truong|chanh van phong)", re.I)


def read_period(title: str) -> str | None:
    """The first period that a title names: "6 tháng đầu năm và … 6 tháng cuối năm 2021" is H1."""
    folded = fold(nfc(title)).lower()
    best: tuple[int, str] | None = None
    for code, pattern in _PERIODS:
        match = pattern.search(folded)
        if match is None:
            continue
        if code == "Q":
            quarter = match.group(1)
            name = f"Q{_QUARTER.get(quarter) or int(quarter)}"
        elif code == "MONTH":
            if not 1 <= int(match.group(1)) <= 12:
                continue
            name = f"MONTH-{int(match.group(1)):02d}"
        else:
            name = code
        if best is None or match.start() < best[0]:
            best = (match.start(), name)
    return best[1] if best else None


def canonical_number(text: str) -> str:
    return re.sub(r"\s+", "", text).upper()


def _title(text: str) -> str | None:
    """The lines after "BÁO CÁO" up to the addressee."""
    lines = [plain(line) for line in text[:6000].split("\n")]
    for at, line in enumerate(lines):
        folded = fold(line).lower()
        if not folded.startswith("bao cao"):
            continue
        collected = [line[len("báo cáo") :].strip()] if len(line) > 8 else []
        if len(line) > 8 and not line.isupper() and not re.match(r"BÁO CÁO\s", line):
            continue
        for after in lines[at + 1 :]:
            low = fold(after).lower()
            whole = len(" ".join(collected)) > 30 and not collected[-1].endswith((",", ";", "-", "và"))
            if low.startswith(("kinh gui", "can cu", "thuc hien", "i.", "- ")) or (not after and whole):
                break
            if after and not re.fullmatch(r"[-_\s]+", after):
                collected.append(after)
        title = collapse(" ".join(c for c in collected if c))
        if title:
            return title
    return None


def _signer(text: str, sections: tuple[Section, ...]) -> tuple[str | None, str | None]:
    section = next((s for s in sections if s.kind == "signature"), None)
    if section is None:
        return None, None
    lines = [plain(line) for line in section.span.of(text).split("\n")]
    lines = [line for line in lines if line and not line.startswith(("(", "-"))]
    role = next(
        (line for line in lines if _ROLE.search(fold(line)) and not line.upper().startswith(("TM.", "KT."))), None
    )
    if role is None:  # "KT. CHỦ TỊCH PHÓ CHỦ TỊCH" is the deputy
        named = (re.findall(r"(?:PHÓ )?CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG", line) for line in lines)
        role = next((roles[-1] for roles in named if roles), None)
    names = [
        line
        for line in lines
        if re.fullmatch(r"(?:[A-ZĐÀ-ỸÂÊÔƠƯĂ][\wà-ỹ]*\s+){1,4}[A-ZĐÀ-ỸÂÊÔƠƯĂ][\wà-ỹ]*", line) and not line.isupper()
    ]
    return (names[-1] if names else None), role


def _own_number(head: str) -> str | None:
    """The number under the issuer's name, which is in capitals; a line that goes on a sentence names another document."""
    for match in _NUMBER.finditer(head):
        before = _MOTTO.sub("", head[: match.start()]).rstrip(" \t\n*|-_")
        if not (before[-1:].islower() or before[-1:] in (",", ";", "(")):
            return canonical_number(match.group(1))
    return None


def read_metadata(text: str, sections: tuple[Section, ...], file_name: str = "") -> tuple[Metadata, tuple[str, ...]]:
    """What the report says about itself, and a Vietnamese warning for each thing it doesn't say."""
    first = next((s.span.start for s in sections if s.kind == "section"), min(len(text), 6000))
    head = text[:first]
    letterhead = head[: m.start()] if (m := re.search(r"(?i)b[áà]o c[áà]o|kính gửi", head)) else head[:1500]
    caption = _CAPTION.search(plain_lines(text))
    title = _title(text)
    number = _own_number(letterhead) or _own_number(head.split("Căn cứ")[0])
    signed: date | None = None
    if (found := _DATE.search(head.split("Căn cứ")[0])) is not None:
        signed = _date(found.group(3), found.group(2), found.group(1))
    issuer = letterhead_issuer(letterhead)
    if caption:
        number = number or (canonical_number(caption.group("number")) if caption.group("number") else None)
        signed = signed or _date(caption.group("year"), caption.group("month"), caption.group("day"))
        if issuer is None and caption.group("issuer"):
            issuer = canonical_issuer(caption.group("issuer"))
    if issuer is None and (
        said := re.search(r"\b(UBND (?:tỉnh|thành phố) [^\n]{3,25}?)\s+(?:trân trọng )?báo cáo", plain_lines(text))
    ):
        issuer = canonical_issuer(said.group(1))
    if number is None and (in_name := re.search(r"(\d{1,5})[-_ ]BC[-_ ]([A-Za-zĐ]+)", file_name)):
        number = f"{in_name.group(1)}/BC-{in_name.group(2).upper()}"
    period = read_period(title or "")
    year = int(years[0]) if (years := _YEAR.findall(title or "")) else (signed.year if signed else None)
    signer, role = _signer(text, sections)
    metadata = Metadata(number, title, issuer, signed, year, period, signer, role)
    return metadata, tuple(warning for name, warning in MISSING.items() if getattr(metadata, name) is None)


def plain_lines(text: str) -> str:
    return re.sub(r"[*#]+|<[^<>\n]+>", "", text)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None

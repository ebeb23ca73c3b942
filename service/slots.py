"""Which report, which row, which document: the parts of a question that pick rather than describe.

Slots are taken out of the text before its words are matched, so that "Sơn La", "quý I năm 2021" and
"Quyết định 1118/QĐ-UBND" never count as evidence for an indicator.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from corpus.places import find_provinces
from corpus.text import fold

Relative = Literal["newest", "previous_period", "same_period", "same_period_last_year", "last_year"]
"""`same_period` is "cùng kỳ 2020": the year is said, the period is that of what was spoken of."""

_QUARTERS = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
}
_SEPARATOR = r"\s*(?:/|-|,)?\s*(?:nam\s*)?"
_PERIODS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Q", re.compile(r"\bq(?:uy)?\s*(iv|iii|ii|i|[1-4]|mot|hai|ba|bon|tu)\b")),
    ("Q1", re.compile(r"\b(?:quy|(?:0?3\s*|ba\s+)(?:thang|th|t))\s*dau\b(?:\s*nam(?!\s*20))?")),
    (
        "H1",
        re.compile(
            r"\b(?:0?6\s*|sau\s+)(?:thang|th|t)(?:(?=20\d\d)|\b)(?!\s*cuoi)(?:\s*dau)?(?:\s*nam(?!\s*20))?|\bnua\s*(?:dau(?:\s*nam(?!\s*20))?|nam(?:\s*dau)?(?=\s*20|\s*dau))|\bban nien\b|\bgiua nam\b|\bh1\b"
        ),
    ),
    (
        "M9",
        re.compile(
            r"\b(?:0?9\s*|chin\s+)(?:thang|th|t)(?:(?=20\d\d)|\b)(?:\s*dau)?(?:\s*nam(?!\s*20))?|\b3 quy\b|\bba quy\b|\bm9\b"
        ),
    ),
    ("YEAR", re.compile(r"\bca nam\b|\btron nam\b|\bbao cao nam\b|\btoan nam\b|\b12 thang\b")),
    ("MONTH", re.compile(r"\bthang\s*(1[0-2]|0?[1-9])\b(?!\s*[/.]\s*\d{1,2}\b)")),
)
_RELATIVE: tuple[tuple[Relative, re.Pattern[str]], ...] = (
    ("same_period", re.compile(r"\bcung ky(?= (?:nam )?20\d\d\b)|(?<=20\d\d )cung ky\b(?! (?:nam )?(?:truoc|ngoai))")),
    ("same_period_last_year", re.compile(r"\bcung ky(?! (?:do|ay|nay|tren)\b)(?: nam)?(?: (?:truoc|ngoai))?\b")),
    (
        "previous_period",
        re.compile(
            r"\b(?:ky|quy|lan|dot|bao cao) (?:bao cao )?(?:truoc|lien truoc)\b(?! (?:chuyen|mang|de lai|con lai|ton|sang|qua)\b)"
        ),
    ),
    ("last_year", re.compile(r"\bnam (?:ngoai|truoc|lien truoc)\b")),
    ("newest", re.compile(r"\b(?:moi nhat|gan nhat|gan day nhat|moi day)\b")),
)
_YEAR = re.compile(r"(?<![\d/.-])(?:nam\s*)?(20[0-4]\d)(?![\d]|\s*-\s*20\d\d|/)")
_COMPARED = re.compile(r"\bso (?:voi )?(?:moc )?(?:nam )?$")
_HELD_AGAINST = re.compile(r"\bso voi\b|\bgap\b|\b(?:hon|kem)\b|\bchenh\b")
_SPAN_OF_YEARS = re.compile(r"\b20\d\d\s*-\s*20\d\d\b")
_DATE = re.compile(r"\b\d{1,2}\s*[/.]\s*\d{1,2}\s*[/.]\s*20\d\d\b|\bngay\s+\d{1,2}[/.]\d{1,2}\b")
_AS_OF = re.compile(
    r"\b(?:tinh )?(?:den|toi)(?: thoi diem)?(?: het| cuoi)?(?: ngay)?\s*(?:\d{1,2}\s*[/.]\s*(?P<month>1[0-2]|0?[1-9])|thang\s*(?P<named>1[0-2]|0?[1-9]))"
    r"(?:\s*(?:[/.]|nam)\s*(?P<year>20\d\d))?(?![\w/])"
)
""" "Đến 30/11", "tính đến hết tháng 5/2021": until when was counted, which is no period."""
_A_REPORT = re.compile(r"\bbao cao(?: cchc)?\s*$")
_YEAR_AFTER_PERIOD = re.compile(r"\s*(?:/|-|,|\.)?\s*(?:nam\s*)?(20[0-4]\d)\b")

_KINDS = {
    "quyet dinh": "QĐ", "qd": "QĐ", "ke hoach": "KH", "kh": "KH", "nghi quyet": "NQ", "nq": "NQ", "nghi dinh": "NĐ", "nd": "NĐ",
    "chi thi": "CT", "ct": "CT", "ket luan": "KL", "kl": "KL", "thong bao": "TB", "tb": "TB", "cong van": "CV", "cv": "CV",
    "bao cao": "BC", "bc": "BC", "thong tu": "TT", "tt": "TT", "huong dan": "HD", "to trinh": "TTr", "van ban": "",
}  # fmt: skip
# Typed without diacritics, "diễn biến" (how it developed) and the province Điện Biên are the same letters.
_CITIES = frozenset({"Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Thừa Thiên Huế"})
_DEVELOPMENT = re.compile(
    r"\bdien bien\b.*\b(?:qua|theo|trong) (?:cac|tung|nhung|hai|ba|bon) (?:ky|quy|nam|thang|bao cao|giai doan)\b"
)
_SUFFIX = r"(?:[a-zđ]{2,}(?:\s*-\s*[a-zđ]+|\s*/\s*(?!\d)[a-zđ]+)*)"
_DOCUMENT = re.compile(
    rf"\b(?:(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})\s*(?:so\s*)?:?\s*)?"
    rf"(?P<number>\d{{1,5}})\s*(?:/\s*(?P<year>20\d\d))?\s*[/-]\s*(?P<suffix>{_SUFFIX})"
    rf"|\b(?P<kind2>quyet dinh|qd|ke hoach|nghi quyet|nq|nghi dinh|nd|chi thi|ket luan|kl|thong bao|cong van|thong tu|kh|bao cao|bc)"
    rf"\s*(?:so\s*)?:?\s*(?P<number2>\d{{1,5}})(?:\s*/\s*(?P<year2>20\d\d))?(?!\w|%|[.,]\d|\s*(?:nhiem vu|thang|quy|phan tram|cua nam))",
)
_ONLY_A_NUMBER = re.compile(r"\s*(?:(?:the|vay|con)\s+){0,2}(\d{1,4})(?:\s+thi sao)?\s*[?.]*\s*")
_LEADING_NUMBER = re.compile(r"\s*(?!20\d\d\b)(\d{2,4})\s*(?::|[-–]\s(?!\s*(?:qd|kh|nq|nd|ct|kl|tb|tt|cv)\b))")
""" "203: tổng số văn bản đi?" names a report by its number."""
_AND_REPORT = re.compile(
    r"\s*(?:,|va|voi|so voi|/)\s*(?:bao cao\s*|bc\s*)?(?:so\s*)?(\d{1,4})(?!\w|%|[.,/]\d|\s*(?:tinh|ky|thang|nhiem vu|don vi))"
)
_SIGNED = re.compile(r"\b(?:bao cao|bc)\b[^.?!]{0,40}?\bngay\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(20\d\d)\b")
_CODE = re.compile(
    r"\b(?:chi tieu|ma|ma so|muc|dong|stt|so thu tu|hang)\s*(?:so\s*)?(?P<code>\d{1,2}(?:\.\d{1,2}){1,4})\b\.?(?!\s*thang)"
    r"|(?<![\w.,/])(?P<bare>\d{1,2}(?:\.\d{1,2}){2,4})\b\.?(?![\w%/])"
    r"|^\s*(?P<leading>\d{1,2}\.\d{1,2})\b\.?(?=\s+[a-z])(?!\s+(?:trieu|ty|dong|phan|diem|lan|thang))"
)


@dataclass(frozen=True, slots=True)
class DocumentName:
    """A document as a question names it: number, kind ("QĐ", "" unknown) and what followed the slash, upper-case."""

    number: int
    kind: str
    year: int | None
    suffix: str
    text: str


@dataclass(frozen=True, slots=True)
class Slots:
    """What a question picks. Empty means: not said."""

    issuers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    periods: tuple[str, ...] = ()
    relative: Relative | None = None
    documents: tuple[DocumentName, ...] = ()
    codes: tuple[str, ...] = ()
    signed_on: date | None = None
    """The date by which a question names a report: "báo cáo ngày 18/6/2021"."""
    as_of: int | None = None
    """The month until which is counted."""

    @property
    def names_report(self) -> bool:
        return bool(self.issuers or self.years or self.periods or self.relative or self.signed_on)

    def over(self, before: Slots) -> Slots:
        """These slots, and those of an earlier question where these say nothing; a report's number says it all."""
        if self.signed_on or any(document.kind == "BC" for document in self.documents):
            return self
        return replace(
            self,
            issuers=self.issuers or before.issuers,
            years=self.years or before.years,
            periods=self.periods or before.periods,
            relative=self.relative,
        )


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _find_documents(folded: str) -> list[tuple[int, int, DocumentName]]:
    found: list[tuple[int, int, DocumentName]] = []
    if (bare := _ONLY_A_NUMBER.fullmatch(folded)) is not None:
        return [(bare.start(1), bare.end(1), DocumentName(int(bare.group(1)), "BC", None, "", bare.group(1)))]
    if (leading := _LEADING_NUMBER.match(folded)) is not None:
        found.append(
            (leading.start(1), leading.end(1), DocumentName(int(leading.group(1)), "BC", None, "", leading.group(1)))
        )
    for match in _DOCUMENT.finditer(folded):
        number = match.group("number") or match.group("number2")
        year = match.group("year") or match.group("year2")
        suffix = re.sub(r"\s+", "", match.group("suffix") or "").upper()
        kind = _KINDS.get(match.group("kind") or match.group("kind2") or "", "")
        kind = "BC" if not kind and suffix.startswith(("BC-", "BC/")) else kind
        if (
            not match.group("number2")
            and not kind
            and re.split("[-/]", suffix)[0] not in _FOLDED_KINDS
            and "-" not in suffix
        ):
            continue
        if match.group("number2") and not year and len(number) == 4 and number.startswith("20"):
            continue
        name = DocumentName(int(number), kind, int(year) if year else None, suffix, match.group(0).strip())
        found.append((match.start(), match.end(), name))
        at = match.end()
        while name.kind == "BC" and (other := _AND_REPORT.match(folded, at)) is not None:
            found.append(
                (other.start(), other.end(), replace(name, number=int(other.group(1)), text=f"bc {other.group(1)}"))
            )
            at = other.end()
    return found


_FOLDED_KINDS = {fold(kind).upper() for kind in _KINDS.values() if kind}


def _provinces_in(text: str) -> list[tuple[str, int, int]]:
    folded = fold(text).lower()
    found: list[tuple[str, int, int]] = []
    for name, start, end in find_provinces(text):
        if re.search(
            r"(?<!cap )\b(?:huyen|thi xa|xa|phuong|(?<!binh )quan|thi tran)$",
            folded[max(0, start - 12) : start].rstrip(),
        ):
            continue
        if re.search(r"\b(?:thanh pho|tp)\.? $", folded[:start]) and name not in _CITIES:
            continue  # the town of the same name, which is a district
        if folded[start:end] == "dien bien" and text[start:end].islower() and _DEVELOPMENT.search(folded):
            continue
        found.append((name, start, end))
    return found


def without_provinces(text: str) -> str:
    """The text with province names blanked out: "Điện Biên" is not "diễn biến" once diacritics are folded."""
    for _, start, end in _provinces_in(text):
        text = _blank(text, start, end)
    return text


def _signed_on(folded: str) -> tuple[date, int, int] | None:
    said = _SIGNED.search(folded)
    if said is None:
        return None
    try:
        day = date(int(said.group(3)), int(said.group(2)), int(said.group(1)))
    except ValueError:
        return None
    return day, said.start(1), said.end(3)


def extract_slots(text: str, base_years: Collection[int] = (), loaded_years: Collection[int] = ()) -> tuple[Slots, str]:
    """The slots of a question, and its text with them blanked out (offsets unchanged).

    `base_years` are years that the form's own indicators compare with ("so với năm 2015"): they describe, unless a
    report of such a year is loaded (`loaded_years`) and nothing is compared.
    """
    folded = fold(text).lower()
    rest = text
    signed = _signed_on(folded)

    def take(start: int, end: int) -> None:
        nonlocal folded, rest
        folded, rest = _blank(folded, start, end), _blank(rest, start, end)

    documents: list[DocumentName] = []
    for start, end, document in _find_documents(folded):
        documents.append(document)
        take(start, end)

    codes: list[str] = []
    for match in _CODE.finditer(folded):
        codes.append(match.group("code") or match.group("bare") or match.group("leading"))
        take(match.start(), match.end())

    issuers: list[str] = []
    issuer_ends: list[int] = []
    for name, start, end in _provinces_in(rest):
        issuer_ends.append(end)
        if name not in issuers:
            issuers.append(name)
        lead: re.Match[str] | None = re.search(r"\b(?:ubnd )?(?:tinh|thanh pho|tp\.?)\s*$", folded[:start])
        take(
            lead.start()
            if lead and "ubnd" not in lead.group(0) and not folded[: lead.start()].rstrip().endswith(" cap")
            else start,
            end,
        )

    if signed is not None:
        take(signed[1], signed[2])
    years: list[int] = []
    as_of: int | None = None
    if (until := _AS_OF.search(folded)) is not None:
        as_of = int(until.group("month") or until.group("named"))
        years += [int(until.group("year"))] if until.group("year") else []
        take(until.start(), until.end())
    for match in [*_DATE.finditer(folded), *_SPAN_OF_YEARS.finditer(folded)]:
        folded = _blank(folded, match.start(), match.end())

    relative: Relative | None = None
    for kind, pattern in _RELATIVE:
        if (said := pattern.search(folded)) is not None:
            relative = relative or kind
            take(said.start(), said.end())

    periods: list[str] = []
    of_report: list[tuple[str, int | None]] = []
    without_year: list[int] = []
    for code, pattern in _PERIODS:
        for match in list(pattern.finditer(folded)):
            if folded[match.start() : match.end()].strip() == "":
                continue
            if code == "Q":
                period = f"Q{_QUARTERS[match.group(1)]}"
            elif code == "MONTH":
                period = f"MONTH-{int(match.group(1)):02d}"
            else:
                period = code
            if period not in periods:
                periods.append(period)
            names_report = _A_REPORT.search(folded, 0, match.start()) or (of_report and "bao cao" in match.group(0))
            take(match.start(), match.end())
            after = _YEAR_AFTER_PERIOD.match(folded, match.end())
            if after is not None:
                years.append(int(after.group(1)))
                take(after.start(), after.end())
            else:
                without_year.append(match.start())
            if names_report:
                of_report.append((period, int(after.group(1)) if after else None))
    for match in list(_YEAR.finditer(folded)):
        year = int(match.group(1))
        if year in base_years and (year not in loaded_years or _COMPARED.search(folded[: match.start(1)])):
            continue
        if year not in years:
            years.append(year)
        if "YEAR" not in periods and any(_HELD_AGAINST.search(folded, match.end(), at) for at in without_year):
            periods.append("YEAR")  # "năm 2021 gấp mấy lần quý I": the whole year against one of its periods
        behind = any(0 < match.start() - end <= 2 for end in issuer_ends)
        if "YEAR" not in periods and periods and len(issuers) > 1 and behind:
            periods.append("YEAR")  # "Hòa Bình 9 tháng 2021 hay Sơn La năm 2021"
        take(match.start(), match.end())
    months = [period for period in periods if period.startswith("MONTH")]
    periods = months or periods  # "tháng 2 trong quý I" is the month
    if of_report:  # "từ tháng 7/2020 … (báo cáo 6 tháng đầu năm 2020)" is that report, whatever it says of July
        periods = list(dict.fromkeys(period for period, _ in of_report))
        years = [year for _, year in of_report if year is not None] or years
    slots = Slots(
        tuple(issuers), tuple(dict.fromkeys(years)), tuple(periods), relative, tuple(documents), tuple(codes),
        signed[0] if signed else None, as_of,
    )  # fmt: skip
    return slots, rest

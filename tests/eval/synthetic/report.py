"""A synthetic report as Markdown: its prose, and the appendix as the seed's tab-separated table."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.eval.synthetic.figures import figures
from tests.eval.synthetic.form import FORM, Line
from tests.eval.synthetic.prose import prose
from tests.eval.synthetic.spec import Spec

NOTES = {
    "assigned": "Tính đến ngày 10 của tháng báo cáo",
    "digitised": "Chưa tính hồ sơ lưu trữ trước năm 2016",
    "survey_forms": "Khảo sát tại các bệnh viện tuyến huyện",
    "laws_checked": "Gồm cả văn bản tự kiểm tra",
    "online_payment": "Qua nền tảng thanh toán trực tuyến quốc gia",
}


def markdown(spec: Spec) -> str:
    values = figures(spec)
    return f"\n\n{prose(spec, values)}\n\n{appendix(spec, values)}\n"


def file_name(spec: Spec) -> str:
    ascii_place = spec.province.replace(" - ", " ").translate(_FOLD).lower().replace(" ", "-")
    return f"synthetic-{spec.number.replace('/', '-')}-{ascii_place}-{spec.year}-{spec.period}.md"


_FOLD = str.maketrans(
    {
        plain: ascii_letter
        for ascii_letter, letters in {
            "a": "àáảãạăằắẳẵặâầấẩẫậ", "e": "èéẻẽẹêềếểễệ", "i": "ìíỉĩị", "o": "òóỏõọôồốổỗộơờớởỡợ", "u": "ùúủũụưừứửữự",
            "y": "ỳýỷỹỵ", "d": "đ",
        }.items()
        for letter in letters
        for plain, ascii_letter in ((letter, ascii_letter), (letter.upper(), ascii_letter.upper()))
    }
)  # fmt: skip


def appendix(spec: Spec, values: dict[str, str]) -> str:
    """The table, with its caption, as the seed prints it."""
    draw = spec.random("appendix")
    signed = f"ngày {spec.signed_on.day} tháng {spec.signed_on.month} năm {spec.signed_on.year}"
    caption = (
        f"*(Kèm theo Báo cáo số {spec.number} {signed} của Ủy ban nhân dân {spec.place})*"
        if not spec.letterhead or draw.random() < 0.5
        else f"*(Kèm theo Báo cáo của Ủy ban nhân dân {spec.place})*"
    )
    title = f"**THỐNG KÊ SỐ LIỆU VỀ KẾT QUẢ THỰC HIỆN CÔNG TÁC CẢI CÁCH HÀNH CHÍNH {spec.during.upper()}**  "
    lines = [row for line in _numbered(spec) for row in _rows(spec, draw, line, values)]
    return "\n".join(["**Phụ lục I**  ", title, caption, "", *_pages(draw, lines)])


def _numbered(spec: Spec) -> Iterator[tuple[str, Line]]:
    """What stands in the first column: codes counted over the lines that are printed, or "Trong đó"."""
    counters, parent, first_part = [0, 0, 0], "", True
    for line in FORM:
        if line.key in spec.left_out:
            continue
        if line.level == 4:
            yield ("Trong đó" if first_part else ""), line
            first_part = False
            continue
        first_part = True
        counters[line.level - 1] += 1
        counters[line.level :] = [0] * (3 - line.level)
        if line.level == 2:
            parent = line.key
        code = counters[: line.level]
        if line.level == 3 and parent == "inspected" and spec.repeated_codes:
            code = [1, 1, counters[2]]  # the seed prints the children of 1.2 like this
        yield ".".join(map(str, code)) + ".", line


def _rows(spec: Spec, draw: Random, numbered: tuple[str, Line], values: dict[str, str]) -> list[str]:
    code, line = numbered
    name = line.name(spec.wording)
    if line.level == 1:
        return [f"<b>{code}</b>\t<b>{name}</b>\t\t\t"]
    note = NOTES[line.key] if line.key in NOTES and draw.random() < 0.3 else ""
    return [f"{code}\t{name}\t{line.unit}\t{values.get(line.key, '')}\t{note}"]


def _pages(draw: Random, rows: list[str]) -> Iterator[str]:
    """The rows with the table's head on every page; a long name may run over to the next page."""
    left, carried = 0, ""
    for row in rows:
        if left == 0:
            yield from ("", f"STT\t{draw.choice(('Chỉ tiêu', 'Chi tiêu'))} thống kê\tKết quả thống kê\t\tGhi chú")
            yield "\t\tĐơn vị tính\tSố liệu\t"
            left = draw.randint(11, 16)
        if carried:
            yield f"\t{carried}\t\t\t"
            carried = ""
        left -= 1
        code, name, *rest = row.split("\t")
        words = name.split()
        if left == 0 and len(words) > 12 and "<" not in name and row != rows[-1]:
            name, carried = " ".join(words[:-3]), " ".join(words[-3:])
        yield "\t".join([code, name, *rest])

"""The appendix against itself: totals and their parts, headings and their totals, one thing counted twice.

Every rule is about the form, none about one report. A rule says nothing where a value is missing, and calls
something a contradiction only where the form leaves no other reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Literal

from corpus.model import IndicatorRow, Report, Span
from corpus.numbers import format_result
from corpus.text import fold
from service.lexicon import Lexicon, Term

CheckKind = Literal[
    "total_of_parts", "parent_child", "share", "text_against_appendix", "text_arithmetic", "same_indicator"
]

_PRINTED = re.compile(r"\d[\d.,]*\d|\d")
_ASIDE = re.compile(r"\s*\(|(?<=[a-zà-ỹ]) (?=[A-ZĐ][^:(]{0,40}:)")
_NOTED = re.compile(r"^\s*(?:còn\s+)?(\d[\d.]*)\s+(\D+)", re.IGNORECASE)

LEVELS = frozenset({"@cap_tinh", "@ubnd_tinh", "@so_nganh", "@cap_huyen", "@ubnd_huyen", "@cap_xa", "@ubnd_xa"})
_CHANNELS = frozenset({"@tthc", "@dvc", "@cong_dvc", "@truc_tuyen", "@cung_cap"})
"""What the names of online services say of where they are offered, whichever of their counts it is."""
_AUTONOMY: tuple[frozenset[str], ...] = (
    frozenset({"@tu_chu_100", "@chi_dau_tu"}),
    frozenset({"@tu_chu_100", "@chi_thuong_xuyen"}),
    frozenset({"@tu_chu", "@mot_phan", "@chi_thuong_xuyen"}),
    frozenset({"@nha_nuoc_dam_bao", "@chi_thuong_xuyen"}),
)
"""The four kinds of financial autonomy (Decree 16/2015/NĐ-CP, article 9): every public service unit is of one."""
_TELLING = 100
"""Two counts that agree below this agree by chance too often to be worth saying."""


@dataclass(frozen=True, slots=True)
class Check:
    """Two places of a report held against each other.

    `statement` is a Vietnamese sentence with the numbers as printed. `rows` are the appendix rows that it speaks of,
    `spans` the pieces of prose. `beside` are the rows beside whose figure a failing check belongs in an answer.
    """

    kind: CheckKind
    holds: bool
    statement: str
    expression: str
    rows: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row made ready for checking: `own` is what its name means, without what stands in parentheses."""

    row: IndicatorRow
    name: str
    own: tuple[Term, ...]
    parent: int | None
    """The position of the row above it in the form."""

    @property
    def keys(self) -> frozenset[str]:
        """The terms that name something. Numbers in a name are the form's, not names."""
        return frozenset(naming(self.own))

    @property
    def number(self) -> Decimal | None:
        value = self.row.value
        return Decimal(str(value.number)) if value.kind == "number" and value.number is not None else None

    @property
    def printed(self) -> str:
        """The number as it is printed: "07" of "07 nhiệm vụ trọng tâm", "99,99%"."""
        match = _PRINTED.search(self.row.value.text)
        number = match.group(0) if match else self.row.value.text
        return f"{number}%" if self.row.value.kind == "percent" else number

    @property
    def is_total(self) -> bool:
        return fold(self.name).lower().startswith("tong ")

    @property
    def label(self) -> str:
        """The name with the printed code, for a sentence that speaks of several rows."""
        return f"{self.name} (mục {self.row.code})" if self.row.code else self.name


def naming(terms: Sequence[Term]) -> list[str]:
    """The keys of the terms that name something: neither light words nor numbers."""
    return [t.key for t in terms if t.is_concept or (t.weight == 1.0 and not t.key[0].isdigit())]


def read_lines(report: Report, lexicon: Lexicon) -> list[Line]:
    lines: list[Line] = []
    latest: dict[tuple[str, str], int] = {}
    for at, row in enumerate(report.rows):
        name = _ASIDE.split(row.name.strip(" .:;"))[0]
        parent = latest.get((row.appendix, row.inferred_code.rpartition(".")[0]))
        lines.append(Line(row, name, tuple(lexicon.terms(name)), parent))
        latest[row.appendix, row.inferred_code] = at
    return lines


def sum_of(texts: Sequence[str], total: Decimal) -> str:
    return f"{' + '.join(texts)} = {format_result(total)}"


def appendix_checks(lines: Sequence[Line]) -> Iterator[Check]:
    children: dict[int, list[Line]] = {}
    for line in lines:
        if line.parent is not None:
            children.setdefault(line.parent, []).append(line)
    for at, below in children.items():
        yield from _parts(lines[at], below)
        yield from _heading(lines[at], below)
        yield from _tasks(below)
    yield from _online_levels(lines)
    yield from _autonomy(lines)
    yield from _counted_twice(lines)


def _total(total: Line, parts: Sequence[Line], noted: Sequence[str] = ()) -> Check | None:
    """A total against its parts (and what notes add to them), None where a value is missing."""
    numbers = [part.number for part in parts]
    known = [n for n in numbers if n is not None] + [Decimal(n.replace(".", "")) for n in noted]
    if total.number is None or len(known) < len(numbers) + len(noted):
        return None
    texts = [*(part.printed for part in parts), *noted]
    whole, holds = sum(known, Decimal(0)), sum(known) == total.number
    rows = (total.row.row, *(part.row.row for part in parts))
    if holds:
        statement = f"{total.name} {total.printed} = {' + '.join(texts)}"
        return Check("total_of_parts", True, statement, f"{' + '.join(texts)} = {total.printed}", rows)
    statement = f"{total.label} ghi {total.printed}, các phần cộng lại là {sum_of(texts, whole)}"
    return Check("total_of_parts", False, statement, f"{sum_of(texts, whole)} ≠ {total.printed}", rows, beside=rows)


def _exceeds(check: Check, total: Line, parts: Sequence[Line]) -> bool:
    return not check.holds and sum(p.number or 0 for p in parts) > (total.number or 0)


def _parts(total: Line, below: Sequence[Line]) -> Iterator[Check]:
    """The counts under a count ("Trong đó"). Administrative levels are all there are; other parts may leave some out."""
    parts = [line for line in below if line.row.unit == total.row.unit and line.row.value.kind != "percent"]
    if total.row.unit is None or len(parts) < 2:
        return
    check = _total(total, parts)
    if check and (check.holds or all(p.keys & LEVELS for p in parts) or _exceeds(check, total, parts)):
        yield check


def _heading(heading: Line, below: Sequence[Line]) -> Iterator[Check]:
    """A heading with a bare number of its own, against the total among its children."""
    if heading.number is None or heading.row.unit is not None or heading.row.value.text != heading.printed:
        return
    totals = [line for line in below if line.is_total and line.number is not None and line.keys & heading.keys]
    if not totals:
        return
    same = [line for line in below if line.number == heading.number]
    total = same[0] if same else totals[0]
    rows = (heading.row.row, total.row.row)
    if same:
        statement = f"{heading.label} và {total.label} cùng ghi {heading.printed}"
        yield Check("parent_child", True, statement, f"{heading.printed} = {total.printed}", rows)
    else:
        statement = f"{heading.label} ghi {heading.printed}, {total.label} ghi {total.printed}"
        yield Check("parent_child", False, statement, f"{heading.printed} ≠ {total.printed}", rows, beside=rows)


def _tasks(below: Sequence[Line]) -> Iterator[Check]:
    """Tasks given, against those done in time, those done late, and those a note says are still running."""
    given = next((line for line in below if line.is_total and "@giao" in line.keys), None)
    done = [line for line in below if {"@dung_han", "@qua_han"} & line.keys and "@hoan_thanh" in line.keys]
    if given is None or given.row.unit is None or len(done) < 2 or any(d.row.unit != given.row.unit for d in done):
        return
    notes = [match for line in (given, *done) if (match := _NOTED.match(line.row.note or ""))]
    noted = [m.group(1) for m in notes if m.group(2).lower().startswith(given.row.unit.lower())]
    for check in (_total(given, done), _total(given, done, noted)):
        if check and (check.holds or _exceeds(check, given, done)):
            yield check
            return


def _online_levels(lines: Sequence[Line]) -> Iterator[Check]:
    """Services of level 3 and of level 4, against the count of both together."""
    counts = [line for line in lines if line.number is not None]
    both = {"@muc_do_3_4", "@muc_do_3", "@muc_do_4", "@mot_phan"}
    plain = [line for line in counts if line.keys & both and line.keys <= _CHANNELS | both]
    third = [line for line in plain if line.keys & both == {"@muc_do_3"}]
    fourth = [line for line in plain if line.keys & both == {"@muc_do_4"}]
    joint = [line for line in plain if "@muc_do_3_4" in line.keys or len(line.keys & both) > 1]
    if not (len(third) == len(fourth) == len(joint) == 1):
        return
    check = _total(joint[0], (third[0], fourth[0]))
    if check:
        yield check


def _autonomy(lines: Sequence[Line]) -> Iterator[Check]:
    """The four kinds of financial autonomy, against the number of public service units."""
    totals = [line for line in lines if line.is_total and line.keys == {"@dvsncl"} and line.number is not None]
    kinds = [[line for line in lines if line.keys == {"@dvsncl"} | kind] for kind in _AUTONOMY]
    if len(totals) != 1 or any(len(kind) != 1 for kind in kinds):
        return
    total, parts = totals[0], [kind[0] for kind in kinds]
    check = _total(total, parts)
    if check is None or check.holds:
        yield from (check,) if check else ()
        return
    codes = ", ".join(part.row.code or part.row.inferred_code for part in parts)
    statement = (
        f"{total.label} ghi {total.printed}, còn bốn nhóm tự chủ ở các mục {codes} cộng lại là "
        f"{check.expression.rpartition(' ≠ ')[0]}: chưa khớp với tổng số"
    )
    yield Check("total_of_parts", False, statement, check.expression, check.rows, beside=(total.row.row,))


def _counted_twice(lines: Sequence[Line]) -> Iterator[Check]:
    """One name printed twice under the same heading; and two large counts of one kind that are the same number."""
    counts = [(line, line.number) for line in lines if line.number is not None and line.row.unit and line.keys]
    for (a, first), (b, second) in combinations(counts, 2):
        if a.row.appendix != b.row.appendix or a.row.unit != b.row.unit:
            continue
        rows = (a.row.row, b.row.row)
        named_alike = a.name.lower() == b.name.lower() and _place(a, lines) == _place(b, lines)
        if first == second and (named_alike or (first >= _TELLING and a.own[0].key == b.own[0].key)):
            statement = f"{a.label} và {b.label} cùng ghi {a.printed}"
            yield Check("same_indicator", True, statement, f"{a.printed} = {b.printed}", rows)
        elif first != second and named_alike:
            statement = f"{a.label} ghi {a.printed}, {b.label} ghi {b.printed}, dù là cùng một chỉ tiêu"
            yield Check("same_indicator", False, statement, f"{a.printed} ≠ {b.printed}", rows, beside=rows)


def _place(line: Line, lines: Sequence[Line]) -> str:
    return lines[line.parent].name.lower() if line.parent is not None else ""

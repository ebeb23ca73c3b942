"""Word's automatic numbers as text: "1.1.2." stands in no run of a numbered paragraph, Word counts it.

The row numbers of an appendix are often typed this way, and a reader that takes runs alone loses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False


@dataclass(slots=True)
class _List:
    """One w:num: the levels that apply to it, and the counters it shares with its abstract list."""

    levels: dict[int, _Level]
    counters: dict[int, int]
    restarts: dict[int, int] = field(default_factory=dict)


def _number(element: Any, path: str, default: int) -> int:
    found = element.find(path)
    try:
        return int(found.get(f"{W}val")) if found is not None else default
    except (TypeError, ValueError):
        return default


def _levels(parent: Any) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for lvl in parent.iter(f"{W}lvl"):
        kind, text = lvl.find(f"{W}numFmt"), lvl.find(f"{W}lvlText")
        index = int(lvl.get(f"{W}ilvl") or 0)
        levels[index] = _Level(
            _number(lvl, f"{W}start", 1),
            kind.get(f"{W}val", "decimal") if kind is not None else "decimal",
            text.get(f"{W}val", "") if text is not None else "",
            lvl.find(f"{W}isLgl") is not None,
        )
    return levels


def _lists(numbering: Any) -> dict[str, _List]:
    abstract: dict[str, dict[int, _Level]] = {}
    by_style: dict[str, str] = {}
    linked: dict[str, str] = {}
    for element in numbering.findall(f"{W}abstractNum"):
        ident = element.get(f"{W}abstractNumId", "")
        abstract[ident] = _levels(element)
        for tag, target in (("styleLink", by_style), ("numStyleLink", linked)):
            link = element.find(f"{W}{tag}")
            if link is not None:
                key, value = (
                    (link.get(f"{W}val", ""), ident) if tag == "styleLink" else (ident, link.get(f"{W}val", ""))
                )
                target[key] = value
    counters: dict[str, dict[int, int]] = {}
    lists: dict[str, _List] = {}
    for element in numbering.findall(f"{W}num"):
        of = element.find(f"{W}abstractNumId")
        ident = of.get(f"{W}val", "") if of is not None else ""
        ident = by_style.get(linked.get(ident, ""), ident)
        levels = dict(abstract.get(ident, {}))
        restarts: dict[int, int] = {}
        for override in element.findall(f"{W}lvlOverride"):
            at = int(override.get(f"{W}ilvl") or 0)
            levels.update(_levels(override))
            if override.find(f"{W}startOverride") is not None:
                restarts[at] = _number(override, f"{W}startOverride", 1)
        lists[element.get(f"{W}numId", "")] = _List(levels, counters.setdefault(ident, {}), restarts)
    return lists


def _style_lists(styles: Any) -> dict[str, tuple[str, int]]:
    """Which list a paragraph style counts in, its base styles' included."""
    own: dict[str, tuple[str | None, int | None, str | None]] = {}
    for style in styles.findall(f"{W}style"):
        based = style.find(f"{W}basedOn")
        num = style.find(f"{W}pPr/{W}numPr")
        number = num.find(f"{W}numId") if num is not None else None
        level = _number(num, f"{W}ilvl", -1) if num is not None else -1
        own[style.get(f"{W}styleId", "")] = (
            number.get(f"{W}val") if number is not None else None,
            level if level >= 0 else None,
            based.get(f"{W}val") if based is not None else None,
        )
    resolved: dict[str, tuple[str, int]] = {}
    for name in own:
        number_id: str | None = None
        level_found: int | None = None
        at: str | None = name
        for _ in range(20):
            if at is None or at not in own:
                break
            number_id, level_found = number_id or own[at][0], own[at][1] if level_found is None else level_found
            at = own[at][2]
        if number_id and number_id != "0":
            resolved[name] = (number_id, level_found or 0)
    return resolved


def format_count(value: int, kind: str) -> str:
    """A counter as Word prints it: 4 as "lowerRoman" is "iv"."""
    if kind in ("lowerLetter", "upperLetter") and 0 < value <= 26 * 5:
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letters.upper() if kind == "upperLetter" else letters
    if kind in ("lowerRoman", "upperRoman") and 0 < value < 4000:
        roman = ""
        for size, digits in _ROMAN:
            roman += digits * (value // size)
            value %= size
        return roman.upper() if kind == "upperRoman" else roman
    if kind == "decimalZero":
        return f"{value:02d}"
    return "" if kind == "none" else str(value)


def _label(counted: _List, level: int) -> str:
    definition = counted.levels.get(level)
    if definition is None:
        return ""
    if level in counted.restarts:
        counted.counters[level] = counted.restarts.pop(level) - 1
    counters = counted.counters
    counters[level] = counters.get(level, definition.start - 1) + 1
    for deeper in range(level + 1, _LEVELS):
        counters.pop(deeper, None)
    if definition.format == "bullet":
        # Symbol fonts put their bullets in the private use area; a dash is what such a list item is typed with.
        return definition.text if definition.text in ("+", "*", "•", "–") else "-"

    def counter(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        shown = counted.levels.get(at, _Level())
        kind = "decimal" if definition.legal and shown.format != "none" else shown.format
        return format_count(counters.get(at, shown.start), kind)

    return re.sub(r"%([1-9])", counter, definition.text)


def automatic_numbers(body: Any, numbering: Any, styles: Any | None) -> Iterator[tuple[Any, str]]:
    """The numbered paragraphs of a document in order, each with the number Word prints before it."""
    lists = _lists(numbering)
    by_style = _style_lists(styles) if styles is not None else {}
    for paragraph in body.iter(f"{W}p"):
        number, level = None, None
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            continue
        style = properties.find(f"{W}pStyle")
        if style is not None:
            number, level = by_style.get(style.get(f"{W}val", ""), (None, None))
        direct = properties.find(f"{W}numPr")
        if direct is not None:
            own = direct.find(f"{W}numId")
            number = own.get(f"{W}val") if own is not None else number
            level = _number(direct, f"{W}ilvl", level or 0)
        if number and number in lists and 0 <= (level or 0) < _LEVELS and (label := _label(lists[number], level or 0)):
            yield paragraph, label

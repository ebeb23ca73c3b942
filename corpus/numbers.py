"""Printed values: "1.695", "99,99%", "Không = 0", "Phát phiếu = 1", "-", and how numbers are written back."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from corpus.model import Value
from corpus.text import collapse, fold

_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)(?![\w])")
_CODED = re.compile(r"([^=]+?)\s*=\s*(\d+)(?!\S)")
_MISSING = {"-", "–", "—", "_", "…", "..."}


def parse_number(text: str) -> int | float | None:
    """The first number in Vietnamese notation: dots group thousands, a comma starts the decimals.

    A dot that is not followed by exactly three digits can only be a decimal point ("10.5%").
    """
    match = _NUMBER.search(text)
    if match is None:
        return None
    digits = match.group(1)
    grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits) is not None
    if grouped:
        digits = digits.replace(".", "")
    value = Decimal(digits.replace(",", "."))
    return int(value) if value == value.to_integral_value() else float(value)


def choices(unit: str | None) -> dict[int, str]:
    """The coded choices of a unit cell: "Chưa có = 0 2 cấp = 1 3 cấp = 2" -> {0: "Chưa có", 1: "2 cấp", 2: "3 cấp"}."""
    found = {int(code): collapse(label) for label, code in _CODED.findall(collapse(unit or ""))}
    return found if len(found) > 1 else {}


def parse_value(text: str, unit: str | None) -> Value:
    """What a cell of the "Số liệu" column means, given its unit cell. The text stays as printed."""
    text = collapse(text)
    if not text:
        return Value(text="", kind="text")
    if text in _MISSING:
        return Value(text=text, kind="missing")
    options = choices(unit)
    coded = _CODED.fullmatch(text)
    if coded:
        code, label = int(coded.group(2)), collapse(coded.group(1))
        if code in options:
            return Value(text=text, kind="choice", number=code, meaning=options[code])
        return Value(text=text, kind="number", number=code) if code == 0 else Value(text, "choice", code, label)
    number = parse_number(text)
    if options:
        if number is not None and float(number).is_integer() and int(number) in options and text.isdigit():
            return Value(text=text, kind="choice", number=int(number), meaning=options[int(number)])
        for code, label in options.items():
            if fold(label).lower() == fold(text).lower():
                return Value(text=text, kind="choice", number=code, meaning=label)
    if number is None:
        return Value(text=text, kind="text")
    percent = "%" in text or collapse(unit or "") == "%"
    return Value(text=text, kind="percent" if percent else "number", number=number)


def half_up(value: Decimal, places: int = 2) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def format_result(value: Decimal | int | float) -> str:
    """A computed number in Vietnamese notation, half-up to two decimals where there are any: 8.8 -> "8,80", 42 -> "42"."""
    rounded = half_up(Decimal(str(value)))
    return _notation(rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded)


def format_exact(value: Decimal) -> str:
    """A number in Vietnamese notation with the decimals that it has, six at most: 23.70 -> "23,7"."""
    return _notation(half_up(value, 6).normalize())


def _notation(value: Decimal) -> str:
    sign = "-" if value < 0 else ""
    whole, _, decimals = f"{abs(value):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{sign}{grouped}" + (f",{decimals}" if decimals else "")

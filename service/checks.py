"""All arithmetic of one report, and its prose held against its appendix.

    checks = check_report(report, lexicon())
    [c.statement for c in checks if not c.holds]

`check_rules` holds the appendix against itself, `prose_rules` the prose, `text_rules` the one against the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from corpus.model import Report, Span
from service.check_rules import Check, CheckKind, appendix_checks, read_lines
from service.lexicon import Lexicon
from service.prose_figures import read_prose
from service.prose_rules import arithmetic_checks
from service.text_rules import TextRules

__all__ = ["Check", "CheckKind", "check_report", "checks_for_span", "conflicts_for"]


def check_report(report: Report, lexicon: Lexicon) -> tuple[Check, ...]:
    """Every check that the report gives rise to: appendix first, then prose, then one against the other."""
    lines = read_lines(report, lexicon)
    prose = read_prose(report)
    return (
        *appendix_checks(lines),
        *arithmetic_checks(prose, lines, lexicon),
        *TextRules(report, prose, lines, lexicon).checks(),
    )


def conflicts_for(checks: Iterable[Check], row: int) -> tuple[Check, ...]:
    """What contradicts a row's figure and belongs beside it in an answer."""
    return tuple(check for check in checks if not check.holds and row in check.beside)


def checks_for_span(checks: Iterable[Check], span: Span) -> tuple[Check, ...]:
    """The checks, holding and failing, that speak of a piece of prose."""
    return tuple(c for c in checks if any(s.start < span.end and span.start < s.end for s in c.spans))

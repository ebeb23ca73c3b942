"""What the form has called differently since a decree: a question in the other words is read in the report's own.

Online procedures were of "mức độ 3" and "mức độ 4" until Nghị định 42/2022/NĐ-CP made them "một phần" and "toàn trình".
Terms match either way; what is read token by token is better read in one wording.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from corpus.text import fold
from service.lexicon import Term, lexicon
from service.understand import Question


def in_words_of(question: Question, printed: Iterable[Term]) -> Question:
    """The question in the words of a form's rows, whose terms are given, where they use one of two and it the other."""
    renamed = lexicon().renamed
    concerned = [term for term in question.terms if term.key in renamed]
    if not concerned:
        return question
    surfaces: dict[str, set[str]] = {}
    for term in printed:
        surfaces.setdefault(term.key, set()).add(fold(term.surface).lower())
    asked = question.asked
    for term in concerned:
        surface = fold(term.surface).lower()
        used = [n for n in renamed[term.key] if any(fold(n).lower() in s for s in surfaces.get(term.key, ()))]
        if len(used) == 1 and fold(used[0]).lower() not in surface:
            asked = asked.replace(term.surface, used[0], 1)
    return question if asked == question.asked else replace(question, asked=asked)

"""What stands side by side in the questions that writers wrote: what marks are restored from besides the reports.

`python -m tests.eval.training.question_pairs` writes service/data/question_pairs.txt anew, which takes a second; so does
`make train`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpus.places import find_provinces
from service.evaluation import read_golds
from service.lexicon import Token, tokenize
from service.understand import clean
from service.word_sequences import BREAK, START, WORD, syllables

_GOLDS = Path(__file__).parents[1]
_OUT = Path(__file__).parents[3] / "service" / "data" / "question_pairs.txt"
_WRITERS = "abcdefghijklmno"
_TUNED = ("seed", "sums", "sums_several", "counts")
"""The sets whose tune halves are learned from, too; what the others show of restoring marks is of words not seen."""
_MARKED = 0.5
"""The share of marked words from which a question was typed with its marks: three of four words bear some."""
_COMMON, _SLIP, _SELDOM = 60, 0.012, 4
"""A form that is so small a share of a common syllable, and so seldom, is a slip: "phòng huyên"."""


def question_pairs(questions: Iterable[str], proofread: Iterable[str] = ()) -> Counter[tuple[str, str]]:
    """How often two words stand side by side; questions without marks and those with slips are left out.

    `proofread` texts have no slips, however seldom their words.
    """
    read = [(text, tokens) for text, tokens in map(_tokens, questions) if _marked(tokens)]
    forms = Counter(token.text for _, tokens in read for token in tokens)
    syllable = Counter(token.folded for _, tokens in read for token in tokens)

    def slip(token: Token) -> bool:
        common = syllable[token.folded]
        return common >= _COMMON and forms[token.text] < min(_SELDOM, _SLIP * common)

    found: Counter[tuple[str, str]] = Counter()
    sound = [(text, tokens) for text, tokens in read if not any(slip(t) for t in tokens if WORD.fullmatch(t.text))]
    for text, tokens in [*sound, *map(_tokens, proofread)]:
        places = [(start, end) for _, start, end in find_provinces(text)]
        before = START
        for token in tokens:
            counts = token.text in syllables() and not any(start <= token.start < end for start, end in places)
            if counts:
                found[before, token.text] += 1
            before = token.text if counts else BREAK
    return found


def write() -> None:
    """All that is learned from, into the file that ships."""
    names = [f"train_{writer}" for writer in _WRITERS]
    golds = [g for name in (*names, *_TUNED) for g in read_golds(_GOLDS / f"{name}.jsonl", "tune")]
    chat = (_GOLDS / "chat.txt").read_text("utf-8").splitlines()
    counted = question_pairs(_asked(golds), proofread=[line for line in chat if line.strip()])
    lines = ["# Words side by side in questions, and how often. Written by `make train`."]
    lines += [f"{first} {second} {count}" for (first, second), count in sorted(counted.items())]
    _OUT.write_text("\n".join(lines) + "\n", "utf-8")


def _asked(golds: Iterable[dict[str, Any]]) -> Iterator[str]:
    for gold in golds:
        yield from (turn["question"] for turn in gold.get("turns", [gold]))


def _tokens(question: str) -> tuple[str, list[Token]]:
    text = clean(question)
    return text, tokenize(text)


def _marked(tokens: Iterable[Token]) -> bool:
    words = [token for token in tokens if WORD.fullmatch(token.text)]
    return bool(words) and sum(not word.unmarked for word in words) >= _MARKED * len(words)


if __name__ == "__main__":
    write()

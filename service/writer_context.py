"""Whether a word, a number or a whole claim stands in a text as a written claim has it: among the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from service.writer_words import EMPTY_WORDS, OPENING_WORDS, PHRASE, TURNING_WORDS, Token, spelled_out

_LEFT, _AROUND = 3, 5


def number_stands_in(passages: Iterable[Sequence[Token]], tokens: Sequence[Token], at: int) -> bool:
    """Whether a passage has the number among the same words: three before it, and five in all.

    Where the passage's sentence begins or ends before that, so may the claim.
    """
    for passage in passages:
        for place, token in enumerate(passage):
            if token.text == tokens[at].text:
                before = _same(_before(passage, place)[:_LEFT], _before(tokens, at))
                after = _after(passage, place)
                wanted = max(_AROUND - _LEFT, _AROUND - len(_before(passage, place)[:_LEFT]))
                if before and _same(after[:wanted], _after(tokens, at)):
                    return True
    return False


def word_stands_in(passages: Iterable[Sequence[Token]], tokens: Sequence[Token], at: int) -> bool:
    """Whether a passage has the word between the same two words."""
    for passage in passages:
        for place, token in enumerate(passage):
            if (
                token.text == tokens[at].text
                and _same(_before(passage, place)[:1], _before(tokens, at))
                and _same(_after(passage, place)[:1], _after(tokens, at))
            ):
                return True
    return False


def is_stretch_of(passage: Sequence[Token], claim: Sequence[Token]) -> bool:
    """Whether the claim is a piece of one sentence, word by word, without a denial or an intention left out around it.

    Before it may stand who says so ("Theo báo cáo 203/BC-UBND, …").
    """
    said, whole = spelled_out(claim), spelled_out(passage)
    for opened in range(len(said)):
        piece = said[opened:]
        if any(
            _agree(whole[at : at + len(piece)], piece) and _keeps_its_sense(whole, at, at + len(piece))
            for at in range(len(whole) - len(piece) + 1)
        ):
            return _opens(said[:opened]) and any(t.text not in EMPTY_WORDS and t.text != PHRASE for t in piece)
    return False


def _opens(tokens: Sequence[Token]) -> bool:
    """Whether these words only say where the piece behind them stands, so that a name isn't taken for its subject."""
    if any(token.text != PHRASE and token.text not in OPENING_WORDS for token in tokens):
        return False
    return not any(t.text == PHRASE for t in tokens) or (
        tokens[0].text in OPENING_WORDS and tokens[-1].mark in (",", ":")
    )


def _agree(passage: Sequence[Token], claim: Sequence[Token]) -> bool:
    same = all(one.text == other.text for one, other in zip(passage, claim, strict=True))
    return same and all(a.ends_sentence == b.ends_sentence for a, b in zip(passage[:-1], claim[:-1], strict=True))


def _keeps_its_sense(passage: Sequence[Token], start: int, end: int) -> bool:
    """Nothing that turns the sense stands before the piece in its sentence, nor behind it up to the next comma."""
    for token in reversed(passage[:start]):
        if any(c in ".!?…" for c in token.mark):
            break
        if token.text in TURNING_WORDS:
            return False
    if passage[end - 1].mark:
        return True
    for token in passage[end:]:
        if token.text in TURNING_WORDS:
            return False
        if token.mark:
            break
    return True


def _before(tokens: Sequence[Token], at: int) -> list[str]:
    """The words before a place in its sentence, the nearest first."""
    found: list[str] = []
    for token in reversed(tokens[:at]):
        if token.ends_sentence:
            break
        found.append(token.text)
    return found


def _after(tokens: Sequence[Token], at: int) -> list[str]:
    found: list[str] = []
    for token, following in pairwise(tokens[at:]):
        if token.ends_sentence:
            break
        found.append(following.text)
    return found


def _same(wanted: Sequence[str], found: Sequence[str]) -> bool:
    return list(wanted) == list(found[: len(wanted)])

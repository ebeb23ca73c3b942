"""The reader's layers in torch; `service.reader` runs the same in numpy."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

PARTS = 6
ALIKE = 3
_FAR = -1e4


class Aligner(nn.Module):
    """Decomposable attention (Parikh et al., 2016) over an encoder's own tokens.

    Everything is batched over pairs of a question and a candidate: projected tokens (pairs, length, width), masks
    (pairs, length), what is alike (pairs, length, `ALIKE`). Gives one score a pair.
    """

    def __init__(self, dimension: int = 384, width: int = 80, dropout: float = 0.15) -> None:
        super().__init__()
        self.proj = nn.Linear(dimension, width, bias=False)
        self.att = nn.Linear(width, width, bias=False)
        self.seg = nn.Embedding(PARTS, width)
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.cq1, self.cq2 = nn.Linear(4 * width + ALIKE, width), nn.Linear(width, width)
        self.cd1, self.cd2 = nn.Linear(4 * width + ALIKE, width), nn.Linear(width, width)
        self.iq, self.idoc = nn.Linear(width, 1), nn.Linear(width, 1)
        self.o1, self.o2 = nn.Linear(4 * width, width), nn.Linear(width, 1)
        self.drop, self.drop_in = nn.Dropout(dropout), nn.Dropout(0.08)

    def project(self, tokens: torch.Tensor) -> torch.Tensor:
        return functional.gelu(self.proj(self.drop_in(tokens)))

    def forward(
        self,
        question: torch.Tensor,
        question_mask: torch.Tensor,
        candidate: torch.Tensor,
        candidate_mask: torch.Tensor,
        parts: torch.Tensor,
        question_alike: torch.Tensor,
        candidate_alike: torch.Tensor,
    ) -> torch.Tensor:
        candidate = candidate + self.seg(parts)
        aligned = self.att(question) @ candidate.transpose(1, 2) * self.scale / question.shape[-1] ** 0.5
        for_question = aligned.masked_fill(~candidate_mask[:, None, :], _FAR).softmax(-1) @ candidate
        for_candidate = aligned.transpose(1, 2).masked_fill(~question_mask[:, None, :], _FAR).softmax(-1) @ question
        compared_q = self._compare(self.cq1, self.cq2, question, for_question, question_alike)
        compared_c = self._compare(self.cd1, self.cd2, candidate, for_candidate, candidate_alike)
        pooled = [
            *_pooled(compared_q, self.iq(question), question_mask),
            *_pooled(compared_c, self.idoc(candidate), candidate_mask),
        ]
        hidden = functional.gelu(self.o1(functional.gelu(torch.cat(pooled, -1))))
        return self.o2(self.drop(hidden)).squeeze(-1)

    def _compare(
        self, first: nn.Linear, second: nn.Linear, own: torch.Tensor, other: torch.Tensor, alike: torch.Tensor
    ) -> torch.Tensor:
        both = torch.cat([own, other, own - other, own * other, alike], -1)
        return second(self.drop(functional.gelu(first(both))))


def _pooled(compared: torch.Tensor, weight: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The weighted mean over the tokens, and the most of each feature."""
    share = weight.squeeze(-1).masked_fill(~mask, _FAR).softmax(-1).unsqueeze(-1)
    return (share * compared).sum(1), compared.masked_fill(~mask.unsqueeze(-1), _FAR).amax(1)

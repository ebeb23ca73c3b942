"""Export a SentenceTransformer directory to one ONNX graph with 4-bit weights.

The graph takes `input_ids` and `attention_mask` and gives `sentence_embedding`, pooled and normalised as the
directory's own modules say, and `token_embeddings`, what was pooled; whoever serves it needs onnxruntime alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from sentence_transformers import SentenceTransformer

_OPSET = 21  # the first that knows 4-bit integers

# Blocks of 32 symmetric weights are how the source weights were quantised, so quantising them again is nearly exact.
# Level 4 multiplies in int8, the fastest on CPUs without VNNI too.
_QUANTISATION = DefaultWeightOnlyQuantConfig(
    block_size=32, is_symmetric=True, accuracy_level=4, op_types_to_quantize=("MatMul", "Gather")
)


class _Sentences(torch.nn.Module):  # type: ignore[misc]
    """The whole SentenceTransformer as a function of tensors, which is what the exporter can trace."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        out = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
        return out["sentence_embedding"], out["token_embeddings"]


def export_onnx(directory: Path, kept_ids: Sequence[int], destination: Path) -> None:
    """Write the model in `directory` to `destination` with 4-bit weights, for a vocabulary of `kept_ids` only."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination.parent) as scratch:
        exact = Path(scratch) / "model.onnx"
        # "eager" attention traces to a third fewer nodes than "sdpa", at the same speed.
        options = {"attn_implementation": "eager"}
        model = SentenceTransformer(str(directory), device="cpu", model_kwargs=options)
        _trim_vocabulary(model, kept_ids)
        _trace(model, exact)
        graph = onnx.load(exact)
    _forget_sources(graph)
    quantiser = MatMulNBitsQuantizer(graph, nodes_to_exclude=_small_lookups(graph), algo_config=_QUANTISATION)
    quantiser.process()
    onnx.save(quantiser.model.model, destination)


def _trim_vocabulary(model: SentenceTransformer, kept_ids: Sequence[int]) -> None:
    bert = model[0].auto_model
    weights = bert.get_input_embeddings().weight.detach()
    bert.set_input_embeddings(torch.nn.Embedding.from_pretrained(weights[list(kept_ids)]))


def _trace(model: SentenceTransformer, destination: Path) -> None:
    batch = torch.export.Dim("batch", min=1, max=1024)
    length = torch.export.Dim("length", min=2, max=model.max_seq_length)
    # Two tensors: the exporter would take one tensor given twice for one input.
    input_ids, attention_mask = torch.ones(2, 16, dtype=torch.int64), torch.ones(2, 16, dtype=torch.int64)
    program = torch.onnx.export(
        _Sentences(model).eval(),
        (input_ids, attention_mask),
        dynamo=True,
        dynamic_shapes={"input_ids": {0: batch, 1: length}, "attention_mask": {0: batch, 1: length}},
        input_names=["input_ids", "attention_mask"],
        output_names=["sentence_embedding", "token_embeddings"],
        opset_version=_OPSET,
        verbose=False,
    )
    program.save(str(destination), external_data=False)


def _forget_sources(graph: onnx.ModelProto) -> None:
    """Drop the exporter's notes: they hold this machine's paths, and the same model must be the same bytes anywhere."""
    del graph.metadata_props[:]
    del graph.graph.metadata_props[:]
    for part in (*graph.graph.node, *graph.graph.value_info, *graph.graph.input, *graph.graph.output):
        del part.metadata_props[:]
    for function in graph.functions:
        del function.metadata_props[:]


def _small_lookups(graph: onnx.ModelProto) -> list[str]:
    """The position and type embeddings: under 1 MB together, so kept exact."""
    rows = {tensor.name: tensor.dims[0] for tensor in graph.graph.initializer if len(tensor.dims) == 2}
    return [node.name for node in graph.graph.node if node.op_type == "Gather" and rows.get(node.input[0], 0) < 10_000]

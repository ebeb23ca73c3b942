"""Learns what ships in service/data from the questions of tests/eval: `make train`.

`adapter` moves the encoder's vectors to where questions and indicators meet, `reader` compares a question with a row or
a sentence token by token, `confidence` says how sure the best of them is. The first two learn from `train_*.jsonl` and
the tune halves of `seed` and `hurried`; the last from the tune halves of `official`, `personas` and `several`, which the
others never see. Test halves are used by none. Takes an hour on two quiet cores.
"""

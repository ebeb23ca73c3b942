from __future__ import annotations

import pytest

from index.documents import find_mentions, number_key


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Quyết định số 1118/QĐ-UBND ngày 01/6/2021", ["1118/QĐ-UBND"]),
        ("Quyết định số 08, 09/2021/QĐ-UBND ngày 26/5/2021", ["09/2021/QĐ-UBND"]),
        ("Kết luận số 71-KL/TW; Nghị quyết số 18- NQ/TW.", ["71-KL/TW", "18-NQ/TW"]),
        ("Nghị định 107/2020/NĐ-CP, Quyết định số 749/QĐ-TTg", ["107/2020/NĐ-CP", "749/QĐ-TTG"]),
        ("Quyết định số 01/QĐ-BCĐCCHC; Thông báo số 01/TB-ĐKT", ["01/QĐ-BCĐCCHC", "01/TB-ĐKT"]),
        ("hoàn thành 11/58 cơ quan, ngày 25/12/2020, đạt 99,99%", []),
        ("giai đoạn 2021-2025 và/hoặc kinh tế - xã hội", []),
    ],
)
def test_document_numbers_are_found(text: str, numbers: list[str]) -> None:
    mentions = find_mentions(text)
    assert [m.number for m in mentions] == numbers
    assert all(number_key(text[m.start : m.end]) == number_key(m.number) for m in mentions)


def test_a_number_has_one_key_however_it_is_typed() -> None:
    assert number_key("1118/qd-ubnd") == number_key(" 1118 / QĐ - UBND") == number_key("1118/QĐ-UBND")

"""Conversations on disk: kept, shared by link, copied, renamed and deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.samples import answer
from ui.conversations import ConversationStore
from ui.records import Filters


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "ui" / "conversations.sqlite3")


def test_a_question_waits_until_it_is_answered(store: ConversationStore, tmp_path: Path) -> None:
    chat = store.ask(None, "an", "Số TTHC cấp huyện?", Filters(years=(2021,)))
    again = ConversationStore(tmp_path / "ui" / "conversations.sqlite3").load(chat)
    assert again is not None
    assert again.turns[0].pending
    assert again.turns[0].filters == Filters(years=(2021,))
    assert again.remote_id is None

    store.answer(chat, 1, answer())
    store.ask(chat, "an", "Còn cấp xã?", Filters())
    store.fail(chat, 2, "Dịch vụ báo lỗi.")
    loaded = store.load(chat)
    assert loaded is not None
    assert [turn.pending for turn in loaded.turns] == [False, False]
    assert loaded.turns[0].answer == answer()
    assert loaded.turns[1].error == "Dịch vụ báo lỗi."
    assert loaded.remote_id == "c1"
    assert loaded.history == [("Số TTHC cấp huyện?", answer().answer)]


def test_somebody_elses_conversation_is_gone_on_with_in_a_copy(store: ConversationStore) -> None:
    theirs = store.ask(None, "an", "Số TTHC cấp huyện?", Filters())
    store.answer(theirs, 1, answer())
    mine = store.ask(theirs, "binh", "Còn cấp xã?", Filters())
    assert mine != theirs
    first, copy = store.load(theirs), store.load(mine)
    assert first is not None and copy is not None
    assert [turn.question for turn in first.turns] == ["Số TTHC cấp huyện?"]
    assert [turn.question for turn in copy.turns] == ["Số TTHC cấp huyện?", "Còn cấp xã?"]
    assert [name for name, _ in store.titles("an")] == [theirs]


def test_only_its_reader_renames_and_deletes_a_conversation(store: ConversationStore) -> None:
    chat = store.ask(None, "an", "Số TTHC cấp huyện?", Filters())
    store.rename(chat, "binh", "Của tôi")
    store.delete(chat, "binh")
    assert store.titles("an") == [(chat, "Số TTHC cấp huyện?")]
    store.rename(chat, "an", "  Thủ tục \n cấp huyện ")
    assert store.titles("an") == [(chat, "Thủ tục cấp huyện")]
    store.delete(chat, "an")
    assert store.load(chat) is None
    assert store.titles("an") == []


def test_the_latest_conversation_comes_first(store: ConversationStore) -> None:
    first = store.ask(None, "an", "Một?", Filters())
    second = store.ask(None, "an", "Hai?", Filters())
    assert [name for name, _ in store.titles("an")] == [second, first]
    store.ask(first, "an", "Ba?", Filters())
    assert [name for name, _ in store.titles("an")] == [first, second]

"""Files dropped into the watched folder: taken when they have stopped growing, put away with a reason if they fail."""

from __future__ import annotations

import time
from pathlib import Path

from tests.running import SEED, SYNTHETIC, Service


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.1)


def test_files_are_taken_when_they_have_stopped_growing(data: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    content = SYNTHETIC[0].read_bytes()
    growing = inbox / SYNTHETIC[0].name
    (inbox / SEED.name).write_bytes(SEED.read_bytes())  # there before the service is, and indexed already
    with Service(data, inbox=inbox) as service, service.operator() as client:
        for at in range(0, len(content), len(content) // 6):
            with growing.open("ab") as file:
                file.write(content[at : at + len(content) // 6])
            time.sleep(0.5)
        (inbox / "hỏng.pdf").write_bytes(b"%PDF-1.4 rubbish")
        (inbox / "rỗng.docx").write_bytes(b"")
        wait_for(inbox / "done" / growing.name)
        assert (inbox / "done" / growing.name).read_bytes() == content
        wait_for(inbox / "done" / SEED.name)
        for name in ("hỏng.pdf", "rỗng.docx"):
            wait_for(inbox / "failed" / f"{name}.txt")
            assert (inbox / "failed" / f"{name}.txt").read_text("utf-8").strip().endswith(".")
            assert (inbox / "failed" / name).exists()
        assert [p for p in inbox.iterdir() if p.is_file()] == []
        deadline = time.monotonic() + 30
        while client.get("/v1/reports").json()["total"] != 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
